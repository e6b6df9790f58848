import * as z from 'zod';
import type { Endpoint } from '../lightdash/route.ts';
import { isUuid } from '../operations/fields.ts';
import { operationById } from '../operations/index.ts';
import { plainText } from '../text/plain-text.ts';
import { nearestName } from '../text/suggest.ts';
import { ArgumentsError, schemaOf } from '../tools/arguments.ts';
import type { CachedRead, Tool, ToolArguments, ToolContext } from '../tools/tool.ts';
import { hasComment, hasTile, isInProject } from './content-owners.ts';
import { pageReferences } from './page-path.ts';
import { projectRule, type Reference, reachesUpstream, referencesIn } from './project-references.ts';

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

/** How look-ups ask: from memory where it is fresh enough, or now. */
export interface ProjectFetchers {
  readonly read: CachedRead;
  readonly fresh: CachedRead;
}

const projectList = z.array(z.looseObject({ projectUuid: z.string(), name: z.string() })).catch([]);
const schedulerContent = z
  .looseObject({ savedChartUuid: z.string().nullish(), dashboardUuid: z.string().nullish() })
  .catch({});
const shareLink = z.looseObject({ path: z.string() }).catch({ path: '' });
const upstream = z.looseObject({ upstreamProjectUuid: z.string().nullish() }).catch({});
const startedJob = z.looseObject({
  jobId: z.union([z.string(), z.number()]).optional(),
  queryUuid: z.string().optional(),
});

/** Finds projects by name, completes calls with the default one, and keeps calls inside of the allowed ones. */
export class Projects {
  readonly #policy: ProjectPolicy;
  readonly #read: CachedRead;
  readonly #ask: CachedRead;
  /** Jobs and queries started by this server: Lightdash tells nobody which project a job belongs to. */
  readonly #jobs = new Set<string>();
  /** Which uuid an allowed name stood for when it was first met: another project may take the name later. */
  readonly #meant = new Map<string, string>();

  constructor(policy: ProjectPolicy, { read, fresh }: ProjectFetchers) {
    this.#policy = policy;
    this.#read = read;
    this.#ask = fresh;
  }

  /** Whether calls are limited to some projects. */
  get restricted(): boolean {
    return this.#policy.allowedProjects !== undefined;
  }

  /** The projects that this server may touch and the token sees. */
  async visible(): Promise<Project[]> {
    return this.#onlyAllowed(projectList.parse(await this.#read(operationById('ListOrganizationProjects'), {})));
  }

  /** Whether a project that the token sees is one that this server may touch. */
  allows(project: Project): boolean {
    return this.#onlyAllowed([project]).length > 0;
  }

  /**
   * The uuid of a project given by uuid or name.
   *
   * @throws {ArgumentsError} where no visible project, or more than one, has the name.
   */
  async uuidOf(nameOrUuid: string): Promise<string> {
    if (isUuid(nameOrUuid)) return nameOrUuid;
    if (/^[0-9a-f-]{24,}$/i.test(nameOrUuid)) {
      throw new ArgumentsError([`projectUuid is a broken uuid: "${nameOrUuid}"; the name of the project will do too`]);
    }
    const visible = await this.visible();
    const named = visible.filter((project) => hasName(project, nameOrUuid));
    const [only] = named;
    if (only && named.length === 1) return only.projectUuid;
    if (named.length > 1) {
      const uuids = named.map(({ projectUuid }) => projectUuid).join(', ');
      throw new ArgumentsError([
        `projectUuid: ${named.length} projects are named "${nameOrUuid}"; give one of ${uuids}`,
      ]);
    }
    const short = nameOrUuid.slice(0, 100);
    const names = visible.map(({ name }) => plainText(name));
    const nearest = nearestName(short, names);
    // No tool is named for the rest: which ones there are depends on the settings.
    const others = names.length > 1 ? ` of ${listed(names)}` : '';
    const instead = nearest === undefined ? '; you see none' : `; the nearest is "${nearest}"${others}`;
    throw new ArgumentsError([`projectUuid: there is no project "${short}"${instead}`]);
  }

  /** Adds the default project to raw arguments that name none. */
  applyDefaultProject(tool: Tool, raw: unknown, takesProject: boolean): unknown {
    const { defaultProject } = this.#policy;
    if (defaultProject === undefined || !takesProject || tool.operation?.id === 'ListOrganizationMembers') return raw;
    const given = typeof raw === 'object' && raw !== null ? raw : {};
    // A result that is held is of the project that it was asked of.
    return 'projectUuid' in given || 'resultId' in given ? raw : { projectUuid: defaultProject, ...given };
  }

  /** Uuid of the configured project; undefined where none is, no project has its name, or it is not an allowed one. */
  async defaultProjectUuid(): Promise<string | undefined> {
    const { defaultProject } = this.#policy;
    if (defaultProject === undefined) return undefined;
    const uuid = await this.uuidOf(defaultProject).catch(() => undefined);
    if (uuid === undefined || !this.restricted) return uuid;
    return (await this.visible()).find(({ projectUuid }) => includes([uuid], projectUuid))?.projectUuid;
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
  async assertInScope(tool: Tool, args: ToolArguments): Promise<void> {
    if (!this.restricted) return;
    const rule = projectRule(tool, tool.operation?.id, Object.keys(schemaOf(tool).shape));
    if (rule === 'filtered') return;
    if (rule === 'refused') {
      throw new OutOfScopeError(`${tool.name} cannot be kept inside of the projects that this server is limited to.`);
    }
    const isOfOrganization = rule === 'organization';
    if (isOfOrganization && !this.#policy.allowOrganization) {
      throw new OutOfScopeError(
        `${tool.name} is about the whole organization, and this server is limited to some projects. LIGHTDASH_ALLOW_ORGANIZATION=true would allow it.`,
      );
    }
    const { references, unclassified } = referencesIn(args);
    const [firstUnclassified] = unclassified;
    if (firstUnclassified !== undefined) {
      throw new OutOfScopeError(
        `nobody can tell which project ${firstUnclassified} is of, and this server is limited to some projects.`,
      );
    }
    if (references.length === 0 && rule === 'local') return;
    if (references.length === 0 && !isOfOrganization) {
      throw new OutOfScopeError('it names nothing in a project, and this server is limited to some projects.');
    }
    const allowed = (await this.visible()).map(({ projectUuid }) => projectUuid);
    for (const reference of references) {
      const project = await this.#projectOf(reference, allowed, args);
      if (project === undefined || !includes(allowed, project)) throw await this.#outside(reference.name, reference.id);
      if (reachesUpstream(tool)) {
        const above = upstream.parse(await this.#ask(operationById('GetProject'), { projectUuid: project }));
        const { upstreamProjectUuid } = above;
        if (upstreamProjectUuid && !includes(allowed, upstreamProjectUuid))
          throw await this.#outside('the upstream project', upstreamProjectUuid);
      }
    }
  }

  /** The context as a call may use it: lists of projects hold the allowed ones alone, and jobs it starts may be followed. */
  scopeContext(context: ToolContext): ToolContext {
    if (!this.restricted) return context;
    const narrowed = (operation: Endpoint, results: unknown) =>
      operation.id === 'ListOrganizationProjects' ? this.#onlyAllowed(projectList.parse(results)) : results;
    return {
      ...context,
      execute: async (operation, args, how) => {
        const reply = await context.execute(operation, args, how);
        if (operation.method !== 'GET') this.#started(reply.results);
        return { ...reply, results: narrowed(operation, reply.results) };
      },
      read: async (operation, args) => narrowed(operation, await context.read(operation, args)),
    };
  }

  #started(results: unknown): void {
    const { jobId, queryUuid } = startedJob.catch({}).parse(results);
    for (const id of [jobId, queryUuid]) if (id !== undefined) this.#jobs.add(String(id));
  }

  /**
   * @throws {OutOfScopeError} where an allowed name is that of several projects: which one was meant, nobody knows.
   */
  #onlyAllowed<Each extends Project>(projects: readonly Each[]): Each[] {
    const { allowedProjects } = this.#policy;
    if (allowedProjects === undefined) return [...projects];
    const uuids = allowedProjects.flatMap((allowed) => this.#meantBy(allowed, projects) ?? []);
    return projects.filter(({ projectUuid }) => includes(uuids, projectUuid));
  }

  #meantBy(allowed: string, projects: readonly Project[]): string | undefined {
    if (isUuid(allowed)) return allowed;
    const known = this.#meant.get(allowed);
    if (known !== undefined) return known;
    const named = projects.filter((project) => hasName(project, allowed));
    if (named.length > 1) {
      throw new OutOfScopeError(
        `LIGHTDASH_ALLOWED_PROJECTS names "${allowed}", and ${named.length} projects are named so: it has to give the uuid.`,
      );
    }
    const [only] = named;
    if (only) this.#meant.set(allowed, only.projectUuid);
    return only?.projectUuid;
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
        return this.#jobs.has(id) ? allowed[0] : this.#holderOf(kind, id, allowed, args);
      case 'page':
        return this.#projectOfPage(id, allowed, args);
      case 'share': {
        const { path } = shareLink.parse(await this.#read(operationById('getShareUrl'), { nanoId: id }));
        return this.#projectOfPage(path, allowed, args);
      }
      case 'comment':
      case 'tile': {
        // Of the dashboard that the call names beside it, or the call is about something else.
        const dashboard = String(dashboardUuid);
        const has = kind === 'comment' ? hasComment : hasTile;
        const project = await this.#projectOf({ kind: 'dashboard', id: dashboard }, allowed, args);
        return project !== undefined && (await this.#found((read) => has(dashboard, id, read))) ? project : undefined;
      }
      case 'scheduler': {
        const scheduler = await this.#read(operationById('getScheduler'), { schedulerUuid: id });
        const { savedChartUuid, dashboardUuid: sent } = schedulerContent.parse(scheduler);
        if (savedChartUuid) return this.#projectOf({ kind: 'chart', id: savedChartUuid }, allowed, args);
        return sent ? this.#projectOf({ kind: 'dashboard', id: sent }, allowed, args) : undefined;
      }
      default:
        return this.#holderOf(kind, id, allowed, args);
    }
  }

  /** The project of a page, where everything that its path names is in allowed projects. */
  async #projectOfPage(path: string, allowed: readonly string[], args: ToolArguments): Promise<string | undefined> {
    const named = pageReferences(path) ?? [];
    for (const reference of named) {
      const project = await this.#projectOf(reference, allowed, args);
      if (project === undefined || !includes(allowed, project)) return undefined;
    }
    return named[0]?.id;
  }

  /** The allowed project whose list holds the object; the one that the call names is asked first. */
  async #holderOf(
    kind: Reference['kind'],
    id: string,
    allowed: readonly string[],
    { projectUuid }: ToolArguments,
  ): Promise<string | undefined> {
    const isNamed = (each: string) => typeof projectUuid === 'string' && includes([projectUuid], each);
    const inOrder = [...allowed.filter(isNamed), ...allowed.filter((each) => !isNamed(each))];
    let holder: string | undefined;
    await this.#found(async (read) => {
      for (const each of inOrder) {
        if (await isInProject(kind, id, each, read)) holder = each;
        if (holder !== undefined) return true;
      }
      return false;
    });
    return holder;
  }

  /** Looks in memory first; what is not there may be new, so Lightdash is asked before it is called foreign. */
  async #found(look: (read: CachedRead) => Promise<boolean>): Promise<boolean> {
    return (await look(this.#read)) || (await look(this.#ask));
  }

  async #outside(name: string, id: string): Promise<OutOfScopeError> {
    const names = (await this.visible()).map((project) => plainText(project.name)).join(', ');
    return new OutOfScopeError(
      `${name} ${id.slice(0, 100)} is not in the projects that this server may touch${names ? ` (${names})` : ''}.`,
    );
  }
}

/** More names than this nobody reads. */
const MAX_NAMES = 20;

const listed = (names: readonly string[]): string =>
  names.length > MAX_NAMES
    ? `${names.slice(0, MAX_NAMES).join(', ')} and ${names.length - MAX_NAMES} more`
    : names.join(', ');

const hasName = (project: Project, nameOrUuid: string) =>
  project.projectUuid.toLowerCase() === nameOrUuid.toLowerCase() ||
  project.name.trim().toLowerCase() === nameOrUuid.trim().toLowerCase();

const includes = (allowed: readonly string[], uuid: string) =>
  allowed.some((each) => each.toLowerCase() === uuid.toLowerCase());
