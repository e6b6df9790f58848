import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { LightdashError } from '../lightdash/errors.ts';
import { UnsafePathError } from '../lightdash/request.ts';
import type { ConfirmationTokens } from '../policy/confirmation-tokens.ts';
import { previewDeletion } from '../policy/deletion-preview.ts';
import { OutOfScopeError, type Projects } from '../policy/project-scope.ts';
import { assertReadOnly } from '../policy/read-only.ts';
import { secretsIn } from '../secrets/secret-arguments.ts';
import { redact, type SecretString } from '../secrets/secret-string.ts';
import { sanitizeData, sanitizeText } from '../text/plain-text.ts';
import { ArgumentsError, parseArguments, schemaOf } from '../tools/arguments.ts';
import type { Tool, ToolAnswer, ToolArguments, ToolContext } from '../tools/tool.ts';

/** Hosts cut error texts at about 11,000 characters; a reader needs far fewer. */
const MAX_ERROR_CHARACTERS = 2_000;

/** How answers go out: as text for models, or as structured content for programs. */
export type OutputMode = 'text' | 'structured';

/** What a person said to a question; `unavailable` where the host could not ask after all. */
export type ElicitationOutcome = 'accept' | 'decline' | 'cancel' | 'unavailable';

/** What stands between a host's call and a tool. */
export interface CallPolicy {
  readonly projects: Projects;
  /** Only what reads is allowed: also of tools that read unless told more. */
  readonly readOnly: boolean;
  /** Absent where LIGHTDASH_CONFIRM=off. */
  readonly confirmations: ConfirmationTokens | undefined;
  /** Asks the person at the host; absent where the host cannot. */
  ask?(question: string): Promise<ElicitationOutcome>;
}

/** What a call came to: the result for the host, and what an audit asks. */
export interface CallOutcome {
  readonly result: CallToolResult;
  /** `ok`, `refused`, `asked`, `declined`, or the kind of the error. */
  readonly outcome: string;
  /** Uuid of the project that the call named or fell back to. */
  readonly project?: string;
  readonly rows?: number;
}

/** Calls a tool. Whatever goes wrong becomes a result that says so; nothing is thrown. */
export async function callTool(
  tool: Tool,
  raw: unknown,
  context: ToolContext,
  guards: CallPolicy,
  output: OutputMode,
): Promise<CallOutcome> {
  const auditContext: { project?: string } = {};
  let hasWritten = false;
  const watched: ToolContext = {
    ...context,
    async execute(operation, args, how) {
      const reply = await context.execute(operation, args, how);
      if (!operation.readOnly) hasWritten = true;
      return reply;
    },
  };
  try {
    const answer = await authorizeAndRun(tool, raw, watched, guards, auditContext);
    const secrets = secretsToRedact(raw, context, answer.carriesSecret);
    const outcome = { outcome: answer.outcome ?? 'ok', ...(answer.rows !== undefined && { rows: answer.rows }) };
    if (output === 'structured') {
      const text = redact(JSON.stringify(sanitizeData(answer.data ?? answer.text)), secrets);
      return { ...auditContext, ...outcome, result: { content: [], structuredContent: { results: JSON.parse(text) } } };
    }
    const text = redact(sanitizeText(answer.text), secrets);
    const links = (answer.links ?? []).map((link) => ({
      type: 'resource_link' as const,
      ...link,
      // The model has the text, which says how to read on.
      annotations: { audience: ['user' as const] },
    }));
    return { ...auditContext, ...outcome, result: { content: [{ type: 'text', text }, ...links] } };
  } catch (error) {
    const secrets = secretsToRedact(raw, context);
    return {
      ...auditContext,
      outcome: kindOf(error),
      result: failed(explain(error, tool, context, secrets, hasWritten), secrets),
    };
  }
}

/** Every secret that must not be in an answer: this server's, and those among the arguments; but for the one that it is about. */
function secretsToRedact(raw: unknown, context: ToolContext, carried?: SecretString): SecretString[] {
  return [...context.lightdash.secrets, ...secretsIn(raw)].filter((secret) => secret.reveal() !== carried?.reveal());
}

/** The way of a call: arguments parsed, projects found and checked, the irreversible confirmed, then the tool. */
async function authorizeAndRun(
  tool: Tool,
  raw: unknown,
  context: ToolContext,
  guards: CallPolicy,
  auditContext: { project?: string },
): Promise<ToolAnswer> {
  const { projects, confirmations } = guards;
  const completed = projects.applyDefaultProject(tool, raw, 'projectUuid' in schemaOf(tool).shape);
  const { confirmation, ...args } = await projects.resolve(parseArguments(tool, completed));
  if (typeof args.projectUuid === 'string') auditContext.project = args.projectUuid;
  if (guards.readOnly) assertReadOnly(tool, args);
  await projects.assertInScope(tool, args);
  const narrowed = projects.scopeContext(context);
  if (tool.operation?.irreversible && confirmations) {
    const unconfirmed = await confirm(tool, tool.operation.id, args, confirmation, narrowed, guards, confirmations);
    if (unconfirmed) return unconfirmed;
  }
  return tool.run(args, narrowed);
}

/** Nothing when the call may go on; otherwise what to answer in its place. */
async function confirm(
  tool: Tool,
  operationId: string,
  args: ToolArguments,
  confirmation: unknown,
  context: ToolContext,
  guards: CallPolicy,
  confirmations: ConfirmationTokens,
): Promise<ToolAnswer | undefined> {
  const loss = await previewDeletion(operationId, args, context);
  if (typeof confirmation === 'string' && confirmations.consume(confirmation, tool, args, loss)) return undefined;
  switch (await guards.ask?.(`${loss} Go on?`)) {
    case 'accept':
      return undefined;
    case 'decline':
      return { text: 'The person said no. Nothing was changed.', outcome: 'declined' };
    case 'cancel':
      return { text: 'The person gave no answer. Nothing was changed.', outcome: 'declined' };
    default:
  }
  const stale =
    confirmation === undefined
      ? ''
      : 'That confirmation does not fit: it is used up, too old, for another call, or what would go has changed since.\n';
  const how = `Nothing was changed yet. Show this to the person; if they agree, call ${tool.name} again with the same arguments and this one:`;
  const token = confirmations.issue(tool, args, loss);
  return { text: `${stale}${loss}\n${how}\nconfirmation: ${token}`, outcome: 'asked' };
}

function failed(text: string, secrets: readonly SecretString[]): CallToolResult {
  const clean = redact(sanitizeText(text), secrets);
  const short = clean.length > MAX_ERROR_CHARACTERS ? `${clean.slice(0, MAX_ERROR_CHARACTERS - 20)}… [cut]` : clean;
  return { isError: true, content: [{ type: 'text', text: short }] };
}

function kindOf(error: unknown): string {
  if (error instanceof LightdashError) return error.kind;
  const wasRefused =
    error instanceof ArgumentsError || error instanceof OutOfScopeError || error instanceof UnsafePathError;
  return wasRefused ? 'refused' : 'fault';
}

/** What happened, whose turn it is, and whether anything was done. */
function explain(
  error: unknown,
  tool: Tool,
  context: ToolContext,
  secrets: readonly SecretString[],
  hasWritten: boolean,
): string {
  if (error instanceof ArgumentsError) {
    return `${tool.name} was not called; nothing was sent:\n${error.problems.map((problem) => `- ${problem}`).join('\n')}`;
  }
  if (error instanceof OutOfScopeError) return `${tool.name} was not called; nothing was sent: ${error.message}`;
  if (error instanceof UnsafePathError) return `${tool.name} was not called; nothing was sent: ${error.message}.`;
  if (error instanceof LightdashError) {
    const doubt = hasWritten
      ? 'What was asked for had been carried out before: do not repeat it. Only what follows it failed.'
      : error.outcomeUnknown
        ? 'It may have been done all the same: look before you repeat it.'
        : '';
    return [...error.userMessageLines, doubt].filter(Boolean).join('\n');
  }
  // An error of our own: its message might hold anything, so it goes to the log and not to the model.
  context.fault(redact(error instanceof Error ? (error.stack ?? error.message) : String(error), secrets));
  return `${tool.name} failed inside of lightdash-mcp. This is a fault of the server, not of the call; its log says more.`;
}
