import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { ignoreApiError, NotFoundError } from '../lightdash/errors.ts';
import { authorizeCall, type CallPolicy } from '../policy/authorize-call.ts';
import { OutOfScopeError } from '../policy/policy-error.ts';
import { boundedData } from '../render/bounded-data.ts';
import { secretsIn } from '../secrets/secret-arguments.ts';
import { redact, type SecretString } from '../secrets/secret-string.ts';
import { sanitizeData, sanitizeText } from '../text/plain-text.ts';
import { ArgumentsError, parseArguments } from '../tools/arguments.ts';
import type { DelegatedCall, RunnableTool, Tool, ToolAnswer, ToolArguments, ToolContext } from '../tools/tool.ts';
import { type CallContext, MAX_RESULT_CHARACTERS } from './call-context.ts';
import { errorKind, errorResult, explainError } from './error-result.ts';
import { provenance } from './provenance.ts';

/** Form of the answers: text for models, the same with structured content for programs, or data whole, for resources. */
export type OutputMode = 'text' | 'structured' | 'data';

/** The result for the host, and what the audit records of the call. */
export interface CallOutcome {
  readonly result: CallToolResult;
  /** `ok`, `refused`, `asked`, `declined`, or the kind of the error. */
  readonly outcome: string;
  /** Uuid of the project that the call named or fell back to. */
  readonly project?: string;
  readonly rows?: number;
  /** The call that this one stood for. */
  readonly delegated?: DelegatedCall;
}

interface CallOptions {
  readonly policy: CallPolicy;
  readonly output: OutputMode;
}

/** Calls a tool, or the one that it stands for, under the policy. Every failure becomes a result; nothing is thrown. */
export async function callTool(
  tool: Tool,
  raw: unknown,
  call: CallContext,
  options: CallOptions,
): Promise<CallOutcome> {
  if ('run' in tool) return callRunnable(tool, raw, call, options);
  const context = call.tool(tool.name);
  let delegated: DelegatedCall;
  try {
    delegated = await tool.delegate(parseArguments(tool, raw), context);
  } catch (error) {
    return failedCall(error, tool, raw, call);
  }
  const { tool: target, args, refusal } = delegated;
  const outcome =
    refusal === undefined
      ? await callRunnable(target, args, call, { ...options, calledBy: tool.name })
      : failedCall(new OutOfScopeError(refusal), target, args, call);
  return { ...outcome, delegated };
}

async function callRunnable(
  tool: RunnableTool,
  raw: unknown,
  call: CallContext,
  { policy, output, calledBy }: CallOptions & { readonly calledBy?: string },
): Promise<CallOutcome> {
  const context = call.tool(tool.name);
  let project: string | undefined;
  let args: unknown = raw;
  const outcomeOf = (result: CallToolResult, outcome: string, rows?: number): CallOutcome => ({
    result,
    outcome,
    ...(project !== undefined && { project }),
    ...(rows !== undefined && { rows }),
  });
  try {
    const authorization = await authorizeCall(tool, raw, call, {
      policy,
      calledBy,
      onProject(projectUuid) {
        project = projectUuid;
      },
    });
    args = authorization.args;
    if (authorization.allowed) call.beforeRun?.(tool, authorization.args);
    const answer = authorization.allowed
      ? await doubtEmptyList(await tool.run(authorization.args, context), tool, authorization.args, call)
      : authorization.answer;
    const secrets = secretsToRedact(raw, call, answer.carriesSecret);
    // Kept results are Lightdash's, too, although nothing is received for them.
    const isOurs = tool.toolset === 'api' && !call.client.hasRequested;
    const result = resultOf(answer, output, secrets, context.showsApps);
    return outcomeOf(labelled(result, isOurs ? 'trusted' : 'untrusted'), answer.outcome ?? 'ok', answer.rows);
  } catch (error) {
    const explained = error instanceof NotFoundError ? await explainNotFound(error, tool, args, context) : error;
    return { ...failedCall(explained, tool, raw, call), ...(project !== undefined && { project }) };
  }
}

/**
 * An empty list with a note if the token does not see its project, which says more than a filter that finds nothing.
 *
 * @throws {ArgumentsError} in place of the note if the list has no filter.
 */
async function doubtEmptyList(
  answer: ToolAnswer,
  tool: RunnableTool,
  args: ToolArguments,
  { scope }: CallContext,
): Promise<ToolAnswer> {
  if (!tool.readOnly || !Array.isArray(answer.data) || answer.data.length > 0) return answer;
  const unseen = await scope.projects.unseenProject(args);
  if (unseen === undefined) return answer;
  const isFiltered = Object.entries(args).some(([name, value]) => name !== 'projectUuid' && value !== undefined);
  if (!isFiltered) throw new ArgumentsError([unseen]);
  const { isWholeInData: _, ...noted } = answer;
  return { ...noted, text: `${answer.text}\nNote: ${unseen}.` };
}

async function explainNotFound(
  error: NotFoundError,
  { name }: Tool,
  args: unknown,
  context: ToolContext,
): Promise<unknown> {
  const { explainSqlChart } = await import('../tools/charts/sql-chart-run.ts');
  // An error of the look-up says less than the first one.
  return (await explainSqlChart(error, name, args, context).catch(ignoreApiError)) ?? error;
}

function failedCall(error: unknown, tool: Tool, raw: unknown, call: CallContext): CallOutcome {
  const secrets = secretsToRedact(raw, call);
  const logFault = (stack: string) => call.tool(tool.name).fault(redact(stack, secrets));
  const text = explainError(error, tool, call.client, logFault);
  const result = labelled(errorResult(text, secrets), call.client.hasRequested ? 'untrusted' : 'trusted');
  return { result, outcome: errorKind(error) };
}

/** Labels each text. Not the result: LangChain's adapter drops the text of a result that has `_meta`. */
function labelled(result: CallToolResult, integrity: 'trusted' | 'untrusted'): CallToolResult {
  const _meta = { ...provenance(integrity) };
  return { ...result, content: result.content.map((part) => (part.type === 'text' ? { ...part, _meta } : part)) };
}

/** Secrets to redact: this server's and those among the arguments, except the one that the answer is about. */
function secretsToRedact(raw: unknown, call: CallContext, carried?: SecretString): SecretString[] {
  return [...call.secrets(), ...secretsIn(raw)].filter((secret) => secret.reveal() !== carried?.reveal());
}

/** Hosts cut or refuse longer results. Tools keep to their budget; this holds if one does not, and says so. */
function withinLimit(text: string): string {
  if (text.length <= MAX_RESULT_CHARACTERS) return text;
  const head = text.slice(0, MAX_RESULT_CHARACTERS - 100);
  return `${head}\n[cut: ${text.length - head.length} more characters. Ask for less.]`;
}

function resultOf(
  answer: ToolAnswer,
  output: OutputMode,
  secrets: readonly SecretString[],
  showsApps: boolean,
): CallToolResult {
  // Base64 is left alone; what is drawn was redacted before.
  const images = (answer.images ?? []).map(({ mimeType, data }) => ({
    type: 'image' as const,
    mimeType,
    data: data.toString('base64'),
  }));
  if (output === 'data') {
    const json = redact(JSON.stringify(sanitizeData(answer.data ?? answer.text)), secrets);
    return { content: [], structuredContent: { results: JSON.parse(json) } };
  }
  const clean = redact(sanitizeText(answer.text), secrets);
  const text = answer.isForApp ? clean : withinLimit(clean);
  const links = (answer.links ?? []).map((link) => ({
    type: 'resource_link' as const,
    ...link,
    // The model has the text, which says how to read on.
    annotations: { audience: ['user' as const] },
  }));
  const meta = showsApps && answer.meta ? { _meta: { ...answer.meta } } : {};
  const structured =
    output === 'structured' && !answer.isForApp ? { structuredContent: structuredContent(answer, text, secrets) } : {};
  return { content: [...images, { type: 'text', text }, ...links], ...structured, ...meta };
}

/** The facts of an answer as data, within the limit of a text; the text too, unless the data has all its facts. */
function structuredContent(
  { data, isWholeInData }: ToolAnswer,
  text: string,
  secrets: readonly SecretString[],
): Record<string, unknown> {
  const { value, cut } = boundedData(data ?? {}, MAX_RESULT_CHARACTERS);
  const json = redact(JSON.stringify(sanitizeData(value)), secrets);
  const results: unknown = JSON.parse(json);
  return { results, ...(isWholeInData ? {} : { text }), ...(cut.length > 0 && { cut: cut.slice(0, MAX_CUTS) }) };
}

/** Paths of what was cut. */
const MAX_CUTS = 20;
