import { closest } from 'fastest-levenshtein';
import * as z from 'zod';
import { NotFoundError } from '../lightdash/errors.ts';
import { isUuid } from '../operations/fields.ts';
import { operationById } from '../operations/index.ts';
import type { Operation } from '../operations/operation.ts';
import { ArgumentsError } from './arguments.ts';
import type { Read, Tool, ToolArguments } from './tool.ts';

/** What the settings say about projects. */
export interface ProjectPolicy {
  /** Uuid or name of the project that a call is about when it names none. */
  readonly defaultProject?: string;
  /** Uuids or names; without it every project that the token sees. */
  readonly allowedProjects?: readonly string[];
  /** Whether what belongs to no project may be touched although projects are restricted. */
  readonly allowOrganization: boolean;
}

/** A call about something outside of the allowed projects. Nothing was sent. */
export class OutOfScopeError extends Error {}

/** A project that the token sees. */
export interface Project {
  readonly projectUuid: string;
  readonly name: string;
}

/** How a kind of object is found in a project: by the list that holds it. */
interface Membership {
  readonly operation: Operation;
  readonly args: ToolArguments;
  readonly idKey: string;
}

const listed = (operationId: string, idKey: string, args: ToolArguments = {}): Membership => ({
  operation: operationById(operationId),
  idKey,
  args,
});

/** Look-ups without side effects: reading a chart or dashboard itself would count as a view of it. */
const memberships: Readonly<Record<string, Membership>> = {
  chart: listed('ListChartSummariesInProject', 'uuid'),
  sqlChart: listed('ListChartsInProject', 'uuid'),
  dashboard: listed('getDashboards', 'uuid'),
  space: listed('ListSpacesInProject', 'uuid'),
  tag: listed('getTags', 'tagUuid'),
  // Newer servers answer 50 at a time unless told both.
  catalogItem: listed('getMetricsCatalog', 'catalogSearchUuid', { page: 1, pageSize: 5_000 }),
  pinnedList: listed('GetProject', 'pinnedListUuid'),
  validation: listed('GetLatestValidationResults', 'validationId'),
};

/** Which kind of object an argument names, wherever in the arguments it stands. */
const kinds: Readonly<Record<string, string>> = {
  projectUuid: 'project',
  upstreamProjectUuid: 'project',
  chartUuid: 'chart',
  savedChartUuid: 'chart',
  savedSqlUuid: 'sqlChart',
  dashboardUuid: 'dashboard',
  duplicateFrom: 'dashboard',
  spaceUuid: 'space',
  tagUuid: 'tag',
  categories: 'tag',
  catalogSearchUuid: 'catalogItem',
  pinnedListUuid: 'pinnedList',
  validationId: 'validation',
  schedulerUuid: 'scheduler',
  jobId: 'job',
  nanoId: 'share',
  commentId: 'comment',
  // create_share_url: a page's path names its project.
  path: 'page',
};

/** Toolsets of what belongs to no project. */
const organizationToolsets: readonly string[] = ['organization', 'groups', 'attributes', 'account'];

/** How the allow-list of projects treats a tool; docs/policy.md is made from it. */
export type ProjectRule = 'argument' | 'looked up' | 'filtered' | 'local' | 'refused';

/** The rule for a tool, by what it takes. */
export function projectRule(tool: Pick<Tool, 'name' | 'toolset'>, argumentNames: readonly string[]): ProjectRule {
  if (tool.name === 'list_organization_projects') return 'filtered';
  if (localTools.includes(tool.name) && !argumentNames.includes('projectUuid')) return 'local';
  if (organizationToolsets.includes(tool.toolset)) return 'refused';
  const named = argumentNames.filter((name) => name in kinds || freeForm.includes(name));
  if (named.length === 0) return 'refused';
  return named.every((name) => kinds[name] === 'project') ? 'argument' : 'looked up';
}

/** Free-form arguments whose inside names charts and dashboards. */
const freeForm = ['scheduler', 'dashboards', 'tiles'];
/** Tools about results and queries that this server knows already; they came from calls that were allowed. */
const localTools = ['get_query_result', 'cancel_query'];
/** Operations that write to or read from the upstream project of what they are given. */
const upstreamOperations = ['promoteChart', 'promoteChartDiff', 'promoteDashboard', 'promoteDashboardDiff'];

const projectList = z.array(z.looseObject({ projectUuid: z.string(), name: z.string() })).catch([]);
const schedulerContent = z
  .looseObject({ savedChartUuid: z.string().nullish(), dashboardUuid: z.string().nullish() })
  .catch({});

/** Finds projects by name, completes calls with the default one, and keeps calls inside of the allowed ones. */
export class Projects {
  readonly #policy: ProjectPolicy;
  readonly #read: Read;
  /** Jobs started by this server: Lightdash tells nobody which project a job belongs to. */
  readonly #jobs = new Set<string>();

  constructor(policy: ProjectPolicy, read: Read) {
    this.#policy = policy;
    this.#read = read;
  }

  /** Whether calls are limited to some projects. */
  get restricted(): boolean {
    return this.#policy.allowedProjects !== undefined;
  }

  /** The projects that this server may touch and the token sees. */
  async visible(): Promise<Project[]> {
    const all = projectList.parse(await this.#read(operationById('ListOrganizationProjects'), {}));
    return all.filter((project) => this.allows(project));
  }

  /** Whether a project that the token sees is one that this server may touch. */
  allows(project: Project): boolean {
    const { allowedProjects } = this.#policy;
    return allowedProjects === undefined || allowedProjects.some((allowed) => isProject(project, allowed));
  }

  /**
   * The uuid of a project given by uuid or name.
   *
   * @throws {ArgumentsError} where no visible project, or more than one, has the name.
   */
  async uuidOf(nameOrUuid: string): Promise<string> {
    if (isUuid(nameOrUuid)) return nameOrUuid;
    if (/^[0-9a-f-]{24,}$/i.test(nameOrUuid)) {
      throw new ArgumentsError([`projectUuid is a broken uuid: "${nameOrUuid}"; list_organization_projects gives it`]);
    }
    const visible = await this.visible();
    const named = visible.filter((project) => isProject(project, nameOrUuid));
    const [only] = named;
    if (only && named.length === 1) return only.projectUuid;
    if (named.length > 1) {
      const uuids = named.map(({ projectUuid }) => projectUuid).join(', ');
      throw new ArgumentsError([
        `projectUuid: ${named.length} projects are named "${nameOrUuid}"; give one of ${uuids}`,
      ]);
    }
    const names = visible.map(({ name }) => name);
    const nearest = names.length > 0 ? `; the nearest is "${closest(nameOrUuid, names)}"` : '';
    throw new ArgumentsError([
      `projectUuid: there is no project "${nameOrUuid}"${nearest} (list_organization_projects tells all)`,
    ]);
  }

  /** Adds the default project to raw arguments that name none. */
  complete(tool: Tool, raw: unknown, takesProject: boolean): unknown {
    const { defaultProject } = this.#policy;
    if (defaultProject === undefined || !takesProject || tool.operation?.id === 'ListOrganizationMembers') return raw;
    const given = typeof raw === 'object' && raw !== null ? raw : {};
    return 'projectUuid' in given ? raw : { projectUuid: defaultProject, ...given };
  }

  /** Puts uuids in the place of project names. */
  async resolve(args: ToolArguments): Promise<ToolArguments> {
    const { projectUuid } = args;
    if (typeof projectUuid !== 'string' || isUuid(projectUuid)) return args;
    return { ...args, projectUuid: await this.uuidOf(projectUuid) };
  }

  /**
   * Lets a call through only if everything it names is in an allowed project.
   *
   * @throws {OutOfScopeError}
   */
  async admit(tool: Tool, args: ToolArguments): Promise<void> {
    if (!this.restricted) return;
    const rule = projectRule(tool, Object.keys(args));
    if (rule === 'filtered' || rule === 'local') return;
    const references = rule === 'refused' ? [] : referencesIn(args);
    if (references.length === 0) {
      if (this.#policy.allowOrganization) return;
      throw new OutOfScopeError(
        `${tool.name} is about the whole organization, and this server is limited to some projects. LIGHTDASH_ALLOW_ORGANIZATION=true would allow it.`,
      );
    }
    const allowed = (await this.visible()).map(({ projectUuid }) => projectUuid);
    for (const { kind, name, id } of references) {
      const project = await this.#projectOf(kind, id, allowed, args);
      if (project === undefined || !includes(allowed, project)) throw await this.#outside(name, id);
      if (tool.operation && upstreamOperations.includes(tool.operation.id)) {
        const upstream = await this.#upstreamOf(project);
        if (upstream !== undefined && !includes(allowed, upstream))
          throw await this.#outside('the upstream project', upstream);
      }
    }
  }

  /** Remembers the job that an admitted call started, so that it may be followed. */
  started(results: unknown): void {
    if (typeof results === 'object' && results !== null && 'jobId' in results) this.#jobs.add(String(results.jobId));
  }

  async #projectOf(
    kind: string,
    id: string,
    allowed: readonly string[],
    args: ToolArguments = {},
  ): Promise<string | undefined> {
    switch (kind) {
      case 'project':
        return id;
      case 'job':
        return this.#jobs.has(id) ? allowed[0] : undefined;
      case 'page':
        return /\/projects\/([0-9a-f-]{36})(\/|$|\?)/i.exec(id)?.[1];
      case 'share': {
        const link = await this.#read(operationById('getShareUrl'), { nanoId: id });
        const path = typeof link === 'object' && link !== null && 'path' in link ? String(link.path) : '';
        return this.#projectOf('page', path, allowed);
      }
      case 'comment': {
        // A comment belongs to the dashboard that the call names beside it, or the call is about something else.
        const { dashboardUuid } = args;
        const comments = await this.#read(operationById('getComments'), { dashboardUuid });
        const isThere = JSON.stringify(comments ?? null).includes(JSON.stringify(id));
        return isThere ? this.#projectOf('dashboard', String(dashboardUuid), allowed) : undefined;
      }
      case 'scheduler': {
        const scheduler = await this.#read(operationById('getScheduler'), { schedulerUuid: id });
        const { savedChartUuid, dashboardUuid } = schedulerContent.parse(scheduler);
        if (savedChartUuid) return this.#projectOf('chart', savedChartUuid, allowed);
        return dashboardUuid ? this.#projectOf('dashboard', dashboardUuid, allowed) : undefined;
      }
      default:
        return this.#holderOf(kind, id, allowed);
    }
  }

  /** The allowed project whose list holds the object. */
  async #holderOf(kind: string, id: string, allowed: readonly string[]): Promise<string | undefined> {
    const membership = memberships[kind];
    if (membership === undefined) return undefined;
    for (const projectUuid of allowed) {
      const results = await this.#read(membership.operation, { projectUuid, ...membership.args }).catch(
        (error: unknown) => {
          if (error instanceof NotFoundError) return [];
          throw error;
        },
      );
      if (itemsOf(results).some((item) => sameId(item[membership.idKey], id))) return projectUuid;
    }
    return undefined;
  }

  async #upstreamOf(projectUuid: string): Promise<string | undefined> {
    const project = await this.#read(operationById('GetProject'), { projectUuid });
    const upstream =
      typeof project === 'object' &&
      project !== null &&
      'upstreamProjectUuid' in project &&
      project.upstreamProjectUuid;
    return typeof upstream === 'string' ? upstream : undefined;
  }

  async #outside(name: string, id: string): Promise<OutOfScopeError> {
    const names = (await this.visible()).map((project) => project.name).join(', ');
    return new OutOfScopeError(
      `${name} ${id} is not in the projects that this server may touch${names ? ` (${names})` : ''}.`,
    );
  }
}

const isProject = (project: Project, nameOrUuid: string) =>
  project.projectUuid.toLowerCase() === nameOrUuid.toLowerCase() ||
  project.name.trim().toLowerCase() === nameOrUuid.trim().toLowerCase();

const includes = (allowed: readonly string[], uuid: string) =>
  allowed.some((each) => each.toLowerCase() === uuid.toLowerCase());

const sameId = (one: unknown, other: string) => String(one).toLowerCase() === other.toLowerCase();

/** The objects of a list, of a page of one, or the one object itself. */
function itemsOf(results: unknown): Record<string, unknown>[] {
  const list = typeof results === 'object' && results !== null && 'data' in results ? results.data : results;
  const items: unknown[] = Array.isArray(list) ? list : [list];
  return items.filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null);
}

interface Reference {
  readonly kind: string;
  /** The argument's name, for the refusal. */
  readonly name: string;
  readonly id: string;
}

/** Every object that the arguments name, at any depth. */
export function referencesIn(value: unknown, name = '', inside = ''): Reference[] {
  if (Array.isArray(value)) return value.flatMap((item) => referencesIn(item, name, inside));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => referencesIn(inner, key, name));
  }
  if (typeof value !== 'string' && typeof value !== 'number') return [];
  // update_dashboards names each dashboard by a plain `uuid`.
  const kind = name === 'uuid' && inside === 'dashboards' ? 'dashboard' : Object.hasOwn(kinds, name) && kinds[name];
  return kind ? [{ kind, name, id: String(value) }] : [];
}
