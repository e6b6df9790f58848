import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import {
  type CallToolResult,
  ErrorCode,
  McpError,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import { toolDefinitions } from '../inventory/tool-entries.ts';
import { withoutSecrets } from '../observability/audit-log.ts';
import type { Tool } from '../tools/tool.ts';
import type { AppState } from './app-state.ts';
import { CallAudit, subjectOf, unrecordedReason } from './call-audit.ts';
import { createCallContext, type HostRequest } from './call-context.ts';
import type { CallOutcome, OutputMode } from './call-tool.ts';
import { CHART_DATA, SHOW_CHART } from './chart-app.ts';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;
type Values = Record<string, unknown>;

/**
 * Answers `tools/call`.
 *
 * @throws {McpError} if there is no such tool, or it is switched off.
 */
export async function handleCallTool(
  app: AppState,
  params: { readonly name: string; readonly arguments?: Values | null | undefined },
  { signal, sendNotification, _meta }: Extra,
  { elicit, host, showsApps = false }: Pick<HostRequest, 'elicit' | 'host' | 'showsApps'>,
): Promise<CallToolResult> {
  const args = params.arguments ?? undefined;
  const name = app.currentName(params.name);
  // The chart App's own tool goes with the tool that shows the App.
  if (!app.isCallable(name) && !(name === CHART_DATA && showsApps && app.isCallable(SHOW_CHART))) {
    recordRefused(app, host, name, args);
    throw new McpError(ErrorCode.InvalidParams, await unknownTool(app, name));
  }
  const auditProblem = app.options.audit.problem?.();
  if (auditProblem !== undefined)
    return { isError: true, content: [{ type: 'text', text: `Nothing was sent: ${unrecordedReason(auditProblem)}` }] };
  const { toolNamed } = await app.services();
  const progressToken = _meta?.progressToken;
  let step = 0;
  const request: HostRequest = {
    signal,
    useCache: false,
    method: 'tools/call',
    ...(host !== undefined && { host }),
    ...(progressToken !== undefined && {
      reportProgress(message: string) {
        const progress = { progressToken, progress: ++step, message };
        void sendNotification({ method: 'notifications/progress', params: progress });
      },
    }),
    ...(elicit && { elicit }),
    // The App belongs to the tool that is listed with it: through run_read_operation a picture is sent.
    showsApps: showsApps && (name === SHOW_CHART || name === CHART_DATA),
  };
  const { result } = await runTool(app, toolNamed(name), args ?? {}, request, app.config.output);
  const off = name === CHART_DATA ? [] : switchedOffIn(app, result);
  const notes = [
    ...(name === params.name ? [] : [`${params.name} is called ${name} now; the old name will go.`]),
    ...(off.length === 0 ? [] : [`Switched off by the settings of this server: ${off.join(', ')}.`]),
  ];
  return notes.reduce(withNote, result);
}

/** The tools that a text names as a next step and that the settings switch off. */
function switchedOffIn({ namesOff }: AppState, { content }: CallToolResult): readonly string[] {
  if (namesOff.size === 0) return [];
  const named = content.flatMap((part) =>
    part.type === 'text' ? (part.text.match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? []) : [],
  );
  return [...new Set(named)].filter((name) => namesOff.has(name));
}

let callToolModule: Promise<typeof import('./call-tool.ts')> | undefined;

/** Loaded with the first call, and kept: each `import()` takes a tenth of a call. */
function loadCallTool() {
  callToolModule ??= import('./call-tool.ts');
  return callToolModule;
}

/** Runs a tool under the policy, and records the call. */
export async function runTool(
  app: AppState,
  tool: Tool,
  args: Values,
  request: HostRequest,
  output: OutputMode,
): Promise<CallOutcome> {
  const services = await app.services();
  const { callTool } = await loadCallTool();
  const audit = new CallAudit(app.options.audit, request);
  const context = createCallContext(app, services, request, (runnable, values) => audit.beforeRun(runnable, values));
  const policy = { readOnly: app.config.readOnly, sql: app.sqlPolicy, confirmations: services.confirmations };
  const outcome = await callTool(tool, args, context, { policy, output }).finally(() => context.end());
  const { status: lastStatus, failedStatus, bytes, attempts } = context.client.statistics;
  // A failed look-up of a call that succeeded does not count.
  const hasFailed = !['ok', 'asked', 'declined'].includes(outcome.outcome);
  const status = (hasFailed ? failedStatus : undefined) ?? lastStatus;
  const target = outcome.delegated ?? { tool, args };
  audit.end(() => ({
    ...subjectOf(target.tool.name, target.args, target.tool),
    ...(outcome.project !== undefined && { project: outcome.project }),
    outcome: outcome.outcome,
    ...(outcome.rows !== undefined && { rows: outcome.rows }),
    bytes,
    attempts: outcome.delegated?.refusal === undefined ? attempts : 0,
    ...(status !== undefined && { status }),
    ...(!target.tool.readOnly && { arguments: withoutSecrets(target.args) }),
  }));
  // A failure says itself how often it was tried.
  return attempts > 1 && !outcome.result.isError
    ? { ...outcome, result: withNote(outcome.result, `Lightdash answered at attempt ${attempts}.`) }
    : outcome;
}

/** Records a call of a tool that the settings switch off. */
function recordRefused(app: AppState, host: string | undefined, name: string, args: Readonly<Values> = {}): void {
  if (!toolDefinitions.some((entry) => entry.name === name)) return;
  const request = { method: 'tools/call', ...(host !== undefined && { host }) };
  const audit = new CallAudit(app.options.audit, request);
  audit.end(() => ({ ...subjectOf(name, args), outcome: 'refused', bytes: 0, attempts: 0 }));
}

async function unknownTool(app: AppState, name: string): Promise<string> {
  const isOff = toolDefinitions.some((entry) => entry.name === name);
  if (isOff) return `The tool ${name} is switched off by the settings of this server`;
  const { OperationIndex, toolEntry } = await import('../inventory/operation-search.ts');
  const index = new OperationIndex(app.callableTools.map(toolEntry));
  return `There is no tool ${name.slice(0, 100)}${index.nearestTo(name)}`;
}

const withNote = (result: CallToolResult, note: string): CallToolResult =>
  result.content.length === 0 ? result : { ...result, content: [...result.content, { type: 'text', text: note }] };
