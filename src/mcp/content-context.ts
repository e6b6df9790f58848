import type { Endpoint } from '../lightdash/endpoint.ts';
import type { ResultTable } from '../query/execution/result-table.ts';
import type { SecretString } from '../secrets/secret-string.ts';
import { plainText } from '../text/plain-text.ts';
import type { AppState } from './app-state.ts';
import { CallAudit, unrecordedReason } from './call-audit.ts';
import { createCallContext } from './call-context.ts';
import { requestFailed } from './protocol-errors.ts';
import { runTool } from './tool-calls.ts';

type Values = Readonly<Record<string, unknown>>;

/** A project that may be shown. */
export interface VisibleProject {
  readonly projectUuid: string;
  readonly name: string;
}

/** The projects that resources, completion and prompts may show. */
interface ProjectVisibility {
  /** The projects that the token sees, or the allowed ones of them. */
  visible(): Promise<readonly VisibleProject[]>;
  /** Uuid of the default project. */
  defaultProjectUuid(): Promise<string | undefined>;
  /** True if people and groups, which belong to no project, may be shown. */
  readonly organization: boolean;
}

/** Results that this server still holds. */
interface HeldResults {
  get(resultId: string): ResultTable | undefined;
  /** Ids, newest first. */
  ids(): readonly string[];
}

/** Result of reading through a tool. */
interface ToolReading {
  /** `ok`, or the kind of what went wrong. */
  readonly outcome: string;
  /** The tool's text, or what went wrong in words. */
  readonly text: string;
  /** The data of the text, whole; set if it was requested. */
  readonly data?: unknown;
}

/** Everything that one request for resources, completion or prompts may use; it ends with the request. */
export interface ContentContext {
  /** Names of the tools that are switched on. */
  readonly enabledTools: ReadonlySet<string>;
  readonly scope: ProjectVisibility;
  /** Secrets to redact from what leaves the process. */
  readonly secrets: () => readonly SecretString[];
  readonly results?: HeldResults;
  /** Response of a reading endpoint, up to 60 s old. */
  read(endpoint: Endpoint, args: Values): Promise<unknown>;
  /**
   * Calls a reading tool as a host would, under the same policy, with look-ups up to 60 s old. Errors of Lightdash are
   * outcomes, not exceptions.
   */
  readTool(name: string, args: Values, output: 'text' | 'data'): Promise<ToolReading>;
  /** Logs what could not be shown, without its content. */
  warn(values: object, sentence: string): void;
}

/** A request for resources, completion or prompts. */
export interface ContentRequest {
  readonly method: string;
  /** Address of the resource, name of the prompt or of the argument. */
  readonly target?: string;
  readonly host?: string;
  readonly signal: AbortSignal;
}

const MAX_TARGET_LENGTH = 300;

/**
 * Runs one request for resources, completion or prompts with a context of its own, and records it.
 *
 * @throws {ProtocolError} if it cannot be recorded; whatever `work` throws.
 */
export async function contentContext<Result>(
  app: AppState,
  { target, ...origin }: ContentRequest,
  work: (context: ContentContext) => Promise<Result>,
): Promise<Result> {
  const problem = app.options.audit.problem?.();
  if (problem !== undefined) throw requestFailed(`Nothing was sent: ${unrecordedReason(problem)}`);
  const services = await app.services();
  const { config, options } = app;
  const request = { ...origin, useCache: true };
  const call = createCallContext(app, services, request);
  const {
    client,
    scope: { projects },
  } = call;
  const subject =
    target === undefined ? { ids: {} } : { target: plainText(target).slice(0, MAX_TARGET_LENGTH), ids: {} };
  const audit = new CallAudit(options.audit, request);
  /** Reading through a tool is recorded with the tool. */
  let isRecorded = false;
  const record = (outcome: string) => {
    const { bytes, attempts, status } = client.statistics;
    if (isRecorded) return;
    audit.end(() => ({ ...subject, outcome, bytes, attempts, ...(status !== undefined && { status }) }));
  };
  try {
    const result = await work({
      enabledTools: app.enabledNames,
      scope: {
        visible: () => projects.visible(),
        // A configured name that no project has is reported by the calls that need it.
        defaultProjectUuid: () => projects.defaultProjectUuid(),
        organization: !projects.restricted || config.allowOrganization,
      },
      secrets: () => options.lightdash.secrets,
      results: { get: (resultId) => services.results.get(resultId)?.table, ids: () => services.results.ids() },
      read: client.read,
      async readTool(name, args, output) {
        isRecorded = true;
        const { result, outcome } = await runTool(app, services.toolNamed(name), args, request, output);
        const text = result.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
        return { outcome, text, data: result.structuredContent?.results };
      },
      warn: (values, sentence) => options.log.warn(values, sentence),
    });
    record('ok');
    return result;
  } catch (error) {
    record('failed');
    throw error;
  } finally {
    call.end();
  }
}
