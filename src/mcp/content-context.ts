import type { Endpoint } from '../lightdash/route.ts';
import type { ResultTable } from '../query/execution/result-table.ts';
import type { SecretString } from '../secrets/secret-string.ts';
import type { AppState } from './app-state.ts';
import { createCallContext } from './call-context.ts';
import { runTool } from './tool-calls.ts';

type Values = Readonly<Record<string, unknown>>;

/** A project that may be shown. */
export interface VisibleProject {
  readonly projectUuid: string;
  readonly name: string;
}

/** Which projects resources, completion and prompts may speak of. */
interface ProjectVisibility {
  /** The projects that the token sees, or the allowed ones of them. */
  visible(): Promise<readonly VisibleProject[]>;
  /** Uuid of the project that is meant where none is named. */
  defaultProjectUuid(): Promise<string | undefined>;
  /** Whether people and groups, which belong to no project, may be shown. */
  readonly organization: boolean;
}

/** Results that this server still holds. */
interface HeldResults {
  get(resultId: string): ResultTable | undefined;
  /** Ids, newest first. */
  ids(): readonly string[];
}

/** What came of reading through a tool. */
interface ToolReading {
  /** `ok`, or the kind of what went wrong. */
  readonly outcome: string;
  /** The tool's text, or what went wrong in words. */
  readonly text: string;
  /** The data behind the text, where that was asked for. */
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
  readTool(name: string, args: Values, output: 'text' | 'structured'): Promise<ToolReading>;
  /** Logs what could not be shown, without its content. */
  warn(values: object, sentence: string): void;
}

/** Runs one request for resources, completion or prompts with a context of its own. */
export async function contentContext<Result>(
  app: AppState,
  signal: AbortSignal,
  work: (context: ContentContext) => Promise<Result>,
): Promise<Result> {
  const services = await app.services();
  const { config, options } = app;
  const request = { signal, useCache: true };
  const call = createCallContext(app, services, request);
  const {
    client,
    scope: { projects },
  } = call;
  try {
    return await work({
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
        const { result, outcome } = await runTool(app, services.toolNamed(name), args, request, output);
        const text = result.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
        return { outcome, text, data: result.structuredContent?.results };
      },
      warn: (values, sentence) => options.log.warn(values, sentence),
    });
  } finally {
    call.end();
  }
}
