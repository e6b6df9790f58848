import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { LightdashError } from '../lightdash/errors.ts';
import { UnsafePathError } from '../lightdash/request.ts';
import { redact, type SecretString } from '../lightdash/secret.ts';
import { ArgumentsError, parseArguments, schemaOf } from './arguments.ts';
import type { Confirmations } from './confirmation.ts';
import { describeLoss } from './preview.ts';
import { OutOfScopeError, type Projects } from './projects.ts';
import type { Tool, ToolAnswer, ToolArguments, ToolContext } from './tool.ts';

/** Hosts cut error texts at about 11,000 characters; a reader needs far fewer. */
const MAX_ERROR_CHARACTERS = 2_000;

/** How answers go out: as text for models, or as structured content for programs. */
export type OutputMode = 'text' | 'structured';

/** What stands between a host's call and a tool. */
export interface Guards {
  readonly projects: Projects;
  /** Absent where LIGHTDASH_CONFIRM=off. */
  readonly confirmations: Confirmations | undefined;
  /** Asks the person at the host; absent where the host cannot. */
  ask?(question: string): Promise<'yes' | 'no'>;
}

/** What a call came to: the result for the host, and what an audit asks. */
export interface CallOutcome {
  readonly result: CallToolResult;
  /** `ok`, `refused`, `asked`, `declined`, or the kind of the error. */
  readonly outcome: string;
  readonly rows?: number;
}

/** Calls a tool. Whatever goes wrong becomes a result that says so; nothing is thrown. */
export async function callTool(
  tool: Tool,
  raw: unknown,
  context: ToolContext,
  guards: Guards,
  output: OutputMode,
): Promise<CallOutcome> {
  try {
    const answer = await guarded(tool, raw, context, guards);
    const secrets = answer.carriesSecret ? [] : context.lightdash.secrets;
    const about = { outcome: answer.outcome ?? 'ok', ...(answer.rows !== undefined && { rows: answer.rows }) };
    if (output === 'structured') {
      const results = JSON.parse(redact(JSON.stringify(answer.data ?? answer.text), secrets));
      return { ...about, result: { content: [], structuredContent: { results } } };
    }
    const links = (answer.links ?? []).map((link) => ({
      type: 'resource_link' as const,
      ...link,
      // The model has the text, which says how to read on.
      annotations: { audience: ['user' as const] },
    }));
    return { ...about, result: { content: [{ type: 'text', text: redact(answer.text, secrets) }, ...links] } };
  } catch (error) {
    return { outcome: kindOf(error), result: failed(explain(error, tool, context), context.lightdash.secrets) };
  }
}

/** The way of a call: arguments parsed, projects found and checked, the irreversible confirmed, then the tool. */
async function guarded(tool: Tool, raw: unknown, context: ToolContext, guards: Guards): Promise<ToolAnswer> {
  const { projects, confirmations } = guards;
  const completed = projects.complete(tool, raw, 'projectUuid' in schemaOf(tool).shape);
  const { confirmation, ...args } = await projects.resolve(parseArguments(tool, completed));
  await projects.admit(tool, args);
  if (tool.operation?.irreversible && confirmations) {
    const unconfirmed = await confirm(tool, tool.operation.id, args, confirmation, context, guards, confirmations);
    if (unconfirmed) return unconfirmed;
  }
  const answer = await tool.run(args, context);
  projects.started(answer.data);
  return answer;
}

/** Nothing when the call may go on; otherwise what to answer in its place. */
async function confirm(
  tool: Tool,
  operationId: string,
  args: ToolArguments,
  confirmation: unknown,
  context: ToolContext,
  guards: Guards,
  confirmations: Confirmations,
): Promise<ToolAnswer | undefined> {
  if (typeof confirmation === 'string' && confirmations.redeem(confirmation, tool, args)) return undefined;
  const loss = await describeLoss(operationId, args, context);
  if (guards.ask) {
    if ((await guards.ask(`${loss} Go on?`)) === 'yes') return undefined;
    return { text: 'The person said no. Nothing was changed.', outcome: 'declined' };
  }
  const stale = confirmation === undefined ? '' : 'That confirmation does not fit this call or is used up.\n';
  const how = `Nothing was changed yet. Show this to the person; if they agree, call ${tool.name} again with the same arguments and this one:`;
  return { text: `${stale}${loss}\n${how}\nconfirmation: ${confirmations.offer(tool, args)}`, outcome: 'asked' };
}

function failed(text: string, secrets: readonly SecretString[]): CallToolResult {
  const clean = redact(text, secrets);
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
function explain(error: unknown, tool: Tool, context: ToolContext): string {
  if (error instanceof ArgumentsError) {
    return `${tool.name} was not called; nothing was sent:\n${error.problems.map((problem) => `- ${problem}`).join('\n')}`;
  }
  if (error instanceof OutOfScopeError) return `${tool.name} was not called; nothing was sent: ${error.message}`;
  if (error instanceof UnsafePathError) return `${tool.name} was not called; nothing was sent: ${error.message}.`;
  if (error instanceof LightdashError) {
    const doubt = error.mayHaveHappened ? 'It may have been done all the same: look before you repeat it.' : '';
    return [error.message, error.advice, doubt].filter(Boolean).join('\n');
  }
  // An error of our own: its message might hold anything, so it goes to the log and not to the model.
  context.fault(error);
  return `${tool.name} failed inside of lightdash-mcp. This is a fault of the server, not of the call; its log says more.`;
}
