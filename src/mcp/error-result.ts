import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { LightdashError } from '../lightdash/errors.ts';
import { UnsafePathError } from '../lightdash/request.ts';
import { OutOfScopeError } from '../policy/policy-error.ts';
import { redact, type SecretString } from '../secrets/secret-string.ts';
import { sanitizeText } from '../text/plain-text.ts';
import { ArgumentsError } from '../tools/arguments.ts';
import type { Tool } from '../tools/tool.ts';

/** Hosts cut error texts at about 11,000 characters; a reader needs far fewer. */
const MAX_ERROR_CHARACTERS = 2_000;

/** Of longer texts only this much is looked at. */
const MAX_SEARCHED = 20_000;

/** The result of a failed call: short, and without secrets. */
export function errorResult(text: string, secrets: readonly SecretString[]): CallToolResult {
  // An echo may be megabytes long. A secret that the first cut parts is gone with the second.
  const head = text.length > MAX_SEARCHED ? text.slice(0, MAX_SEARCHED) : text;
  const redacted = redact(sanitizeText(head), secrets);
  const clean = head === text ? redacted : redacted.slice(0, -MAX_ERROR_CHARACTERS);
  const short = clean.length > MAX_ERROR_CHARACTERS ? `${clean.slice(0, MAX_ERROR_CHARACTERS - 20)}… [cut]` : clean;
  return { isError: true, content: [{ type: 'text', text: short }] };
}

/** `refused` if nothing was sent, the kind of a Lightdash error, or `fault` for an error of this server. */
export function errorKind(error: unknown): string {
  if (error instanceof LightdashError) return error.kind;
  const wasRefused =
    error instanceof ArgumentsError || error instanceof OutOfScopeError || error instanceof UnsafePathError;
  return wasRefused ? 'refused' : 'fault';
}

/** Requests of a failed call. */
interface Requests {
  /** A request was sent, or a cached response read. */
  readonly hasRequested: boolean;
  /** A change was carried out. */
  readonly hasWritten: boolean;
  /** A later change failed. */
  readonly hasWrittenInPart: boolean;
  /** SQL of the caller was run, which may write. */
  readonly hasRunSql: boolean;
}

/**
 * Explains a failure: what happened, whose turn it is, and if anything was done.
 *
 * @param logFault receives the stack of an error of this server: its message may hold anything, so it is logged only.
 */
export function explainError(
  error: unknown,
  tool: Tool,
  requests: Requests,
  logFault: (stack: string) => void,
): string {
  if (error instanceof ArgumentsError) {
    return `${tool.name} ${error.consequence ?? outcomeOf(requests, tool)}:\n${error.problems.map((problem) => `- ${problem}`).join('\n')}`;
  }
  if (error instanceof OutOfScopeError) return `${tool.name} was not called; nothing was sent: ${error.message}`;
  if (error instanceof UnsafePathError) return `${tool.name} was not called; nothing was sent: ${error.message}.`;
  if (error instanceof LightdashError) {
    const { hasWritten, hasWrittenInPart } = requests;
    const doubt = hasWrittenInPart
      ? 'It was carried out in part: a change before this one was made. Look before you repeat it.'
      : hasWritten
        ? 'The change itself was carried out: do not repeat it. Only the step after it failed.'
        : error.outcomeUnknown
          ? 'It may have been done all the same: look before you repeat it.'
          : requests.hasRunSql
            ? 'The SQL was run; only a step after it failed.'
            : '';
    const lines = error.userMessageLines.map((line) => (hasWritten ? line.replace(NOTHING_CHANGED, '') : line));
    return [...lines, doubt].filter(Boolean).join('\n');
  }
  logFault(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return `${tool.name} failed inside of lightdash-mcp. This is a fault of the server, not of the call; its log says more.`;
}

/** Beginning of an advice that is true of the failed request alone. */
const NOTHING_CHANGED = /^Nothing was changed[.;] ?/;

/** Outcome of a call whose arguments were refused, before or after look-ups. */
function outcomeOf({ hasRequested, hasWritten, hasRunSql }: Requests, { readOnly }: Tool): string {
  if (hasWritten) return 'was carried out in part, look before you repeat it';
  if (hasRunSql) return 'ran the SQL, and changed nothing in Lightdash';
  if (!hasRequested) return 'was not called; nothing was sent';
  return readOnly ? 'was not carried out' : 'was not carried out; nothing was changed';
}
