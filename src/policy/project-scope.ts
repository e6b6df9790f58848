import * as z from 'zod';
import type { RequestSender } from '../lightdash/call-client.ts';
import type { Endpoint } from '../lightdash/endpoint.ts';
import { operationById } from '../operations/index.ts';
import { plainText } from '../text/plain-text.ts';
import { schemaOf } from '../tools/arguments.ts';
import type { CachedRead, Tool, ToolArguments } from '../tools/tool.ts';
import { hasComment, hasTile, isInProject } from './content-owners.ts';
import { operationReferences } from './operation-scope.ts';
import { pageReferences } from './page-path.ts';
import { OutOfScopeError } from './policy-error.ts';
import { projectRule, type Reference, referencesIn, scopeOf } from './project-references.ts';
import {
  includesUuid,
  type ProjectMemory,
  type ProjectPolicy,
  ProjectResolver,
  projectList,
} from './project-resolver.ts';

/** Reads from the cache (up to 60 s old), or fresh. */
interface ProjectFetchers {
  readonly cached: CachedRead;
  readonly fresh: CachedRead;
}

const schedulerContent = z
  .looseObject({
    savedChartUuid: z.string().nullish(),
    dashboardUuid: z.string().nullish(),
    savedSqlUuid: z.string().nullish(),
  })
  .catch({});
const shareLink = z.looseObject({ path: z.string() }).catch({ path: '' });
const upstream = z.looseObject({ upstreamProjectUuid: z.string().nullish() }).catch({});
const startedJob = z.looseObject({
  jobId: z.union([z.string(), z.number()]).optional(),
  queryUuid: z.string().optional(),
});

/** Keeps one call inside of the allowed projects. Its look-ups are requests of that call, and end with it. */
export class ProjectScope {
  readonly projects: ProjectResolver;
  readonly #memory: ProjectMemory;
  readonly #fetch: ProjectFetchers;

  constructor(policy: ProjectPolicy, memory: ProjectMemory, fetch: ProjectFetchers) {
    this.projects = new ProjectResolver(policy, memory, fetch.cached);
    this.#memory = memory;
    this.#fetch = fetch;
  }

  /**
   * Lets a call through only if everything it names is in an allowed project.
   *
   * @throws {OutOfScopeError}
   */
  async assertInScope(tool: Tool, args: ToolArguments): Promise<void> {
    if (!this.projects.restricted) return;
    const rule = projectRule(tool, Object.keys(schemaOf(tool).shape));
    if (rule === 'filtered') return;
    if (rule === 'refused') {
      throw new OutOfScopeError(`${tool.name} cannot be kept inside of the projects that this server is limited to.`);
    }
    const operation = rule === 'operation' ? tool.operation : undefined;
    // A search of what there is to call sends nothing.
    if (rule === 'operation' && operation === undefined) return;
    const { references, unclassified } = operation
      ? operationReferences(operation.path, args)
      : referencesIn(args, scopeOf(tool));
    const { organizationIf } = scopeOf(tool);
    const isOfOrganization =
      rule === 'organization' ||
      (operation !== undefined && references.length === 0) ||
      (organizationIf !== undefined && args[organizationIf] === true);
    if (isOfOrganization && tool.acrossProjects) {
      throw new OutOfScopeError(
        `${tool.name} covers all projects, and this server is limited to some: name one of them, if it takes one.`,
      );
    }
    if (isOfOrganization && !this.projects.policy.allowOrganization) {
      throw new OutOfScopeError(
        `${tool.name} is about the whole organization, and this server is limited to some projects. LIGHTDASH_ALLOW_ORGANIZATION=true would allow it.`,
      );
    }
    const [firstUnclassified] = unclassified;
    if (firstUnclassified !== undefined) {
      throw new OutOfScopeError(
        `the project of ${firstUnclassified} is unknown, and this server is limited to some projects.`,
      );
    }
    // A kept result is from a call that was allowed.
    if (references.length === 0 && (rule === 'local' || args.resultId !== undefined)) return;
    if (references.length === 0 && !isOfOrganization) {
      throw new OutOfScopeError('it names nothing in a project, and this server is limited to some projects.');
    }
    const allowed = (await this.projects.visible()).map(({ projectUuid }) => projectUuid);
    for (const reference of references) {
      const project = await this.#projectOf(reference, allowed, args);
      if (project === undefined || !includesUuid(allowed, project))
        throw await this.#outOfScopeError(reference.name, reference.id);
      if (scopeOf(tool).reachesUpstream) {
        const above = upstream.parse(await this.#fetch.fresh(operationById('GetProject'), { projectUuid: project }));
        const { upstreamProjectUuid } = above;
        if (upstreamProjectUuid && !includesUuid(allowed, upstreamProjectUuid))
          throw await this.#outOfScopeError('the upstream project', upstreamProjectUuid);
      }
    }
  }

  /**
   * The requests that the tool of this call may send: lists of projects hold the allowed ones alone, and jobs it starts
   * may be followed later.
   */
  restrict({ execute, read }: RequestSender): RequestSender {
    if (!this.projects.restricted) return { execute, read };
    const onlyAllowed = (endpoint: Endpoint, results: unknown) =>
      endpoint.id === 'ListOrganizationProjects' ? this.projects.onlyAllowed(projectList.parse(results)) : results;
    return {
      execute: async (endpoint, args, options) => {
        const response = await execute(endpoint, args, options);
        if (endpoint.method !== 'GET') this.#rememberJob(response.results);
        return { ...response, results: onlyAllowed(endpoint, response.results) };
      },
      read: async (endpoint, args) => onlyAllowed(endpoint, await read(endpoint, args)),
    };
  }

  #rememberJob(results: unknown): void {
    const { jobId, queryUuid } = startedJob.catch({}).parse(results);
    for (const id of [jobId, queryUuid]) if (id !== undefined) this.#memory.jobs.set(String(id), true);
  }

  async #projectOf(
    { kind, id }: Omit<Reference, 'name'>,
    allowed: readonly string[],
    args: ToolArguments,
  ): Promise<string | undefined> {
    const { dashboardUuid } = args;
    switch (kind) {
      case 'project':
        return id;
      case 'job':
        return this.#memory.jobs.has(id) ? allowed[0] : this.#holderOf(kind, id, allowed, args);
      case 'page':
        return this.#projectOfPage(id, allowed, args);
      case 'share': {
        const { path } = shareLink.parse(await this.#fetch.cached(operationById('getShareUrl'), { nanoId: id }));
        return this.#projectOfPage(path, allowed, args);
      }
      case 'comment':
      case 'tile': {
        // Of the dashboard that the call names too, or the call is about something else.
        const dashboard = String(dashboardUuid);
        const has = kind === 'comment' ? hasComment : hasTile;
        const project = await this.#projectOf({ kind: 'dashboard', id: dashboard }, allowed, args);
        return project !== undefined && (await this.#found((read) => has(dashboard, id, read))) ? project : undefined;
      }
      case 'scheduler': {
        const scheduler = await this.#fetch.cached(operationById('getScheduler'), { schedulerUuid: id });
        const { savedChartUuid, dashboardUuid: sent, savedSqlUuid } = schedulerContent.parse(scheduler);
        if (savedSqlUuid) return this.#projectOf({ kind: 'sqlChart', id: savedSqlUuid }, allowed, args);
        if (savedChartUuid) return this.#projectOf({ kind: 'chart', id: savedChartUuid }, allowed, args);
        return sent ? this.#projectOf({ kind: 'dashboard', id: sent }, allowed, args) : undefined;
      }
      default:
        return this.#holderOf(kind, id, allowed, args);
    }
  }

  /** The project of a page, if everything that its path names is in allowed projects. */
  async #projectOfPage(path: string, allowed: readonly string[], args: ToolArguments): Promise<string | undefined> {
    const named = pageReferences(path) ?? [];
    for (const reference of named) {
      const project = await this.#projectOf(reference, allowed, args);
      if (project === undefined || !includesUuid(allowed, project)) return undefined;
    }
    return named[0]?.id;
  }

  /** The allowed project whose list holds the object; the project of the call is checked first. */
  async #holderOf(
    kind: Reference['kind'],
    id: string,
    allowed: readonly string[],
    { projectUuid }: ToolArguments,
  ): Promise<string | undefined> {
    const isNamed = (item: string) => typeof projectUuid === 'string' && includesUuid([projectUuid], item);
    const inOrder = [...allowed.filter(isNamed), ...allowed.filter((item) => !isNamed(item))];
    let holder: string | undefined;
    await this.#found(async (read) => {
      for (const item of inOrder) {
        if (await isInProject(kind, id, item, read)) holder = item;
        if (holder !== undefined) return true;
      }
      return false;
    });
    return holder;
  }

  /** Looks in memory first; an unknown id may be new, so a request precedes the refusal. */
  async #found(look: (read: CachedRead) => Promise<boolean>): Promise<boolean> {
    return (await look(this.#fetch.cached)) || (await look(this.#fetch.fresh));
  }

  async #outOfScopeError(name: string, id: string): Promise<OutOfScopeError> {
    const names = (await this.projects.visible()).map((project) => plainText(project.name)).join(', ');
    return new OutOfScopeError(
      `${name} ${id.slice(0, 100)} is not in the projects that this server may touch${names ? ` (${names})` : ''}.`,
    );
  }
}
