import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import type { RequestSender } from '../lightdash/call-client.ts';
import { ignoreApiError } from '../lightdash/errors.ts';
import { isUuid } from '../operations/fields.ts';
import { operationById } from '../operations/index.ts';
import { joinFirst } from '../text/names.ts';
import { plainText } from '../text/plain-text.ts';
import { nearestName } from '../text/suggest.ts';
import { ArgumentsError } from '../tools/arguments.ts';
import type { Tool, ToolArguments } from '../tools/tool.ts';
import { OutOfScopeError } from './policy-error.ts';

/** Settings about projects. */
export interface ProjectPolicy {
  /** Uuid or name of the default project. */
  readonly defaultProject?: string;
  /** Uuids or names; if absent, every project that the token sees. */
  readonly allowedProjects?: readonly string[];
  /** Things that belong to no project may be touched although projects are restricted. */
  readonly allowOrganization: boolean;
}

/** A project that the token sees. */
interface Project {
  readonly projectUuid: string;
  readonly name: string;
}

/** More jobs than this are not followed at one time. */
const MAX_JOBS = 1_000;
/** Names that a message lists at most. */
const MAX_NAMES = 20;

/** Stands for the only visible project until the arguments are checked; no project is named so. */
const ONLY_PROJECT = '(the only project)';
/** The same for a call that does without a project if several are visible. */
const PROJECT_IF_ONLY = '(the project, if it is the only one)';

/** Remembered for as long as the process runs. */
export class ProjectMemory {
  /** Ids of jobs and queries that this server started: Lightdash does not say which project a job belongs to. */
  readonly jobs = new LRUCache<string, true>({ max: MAX_JOBS });
  /** Uuid by allowed name, as first seen: another project may take the name later. */
  readonly pinnedUuids = new Map<string, string>();
}

/** Response of GET /api/v1/org/projects; empty if it has another shape. */
export const projectList = z.array(z.looseObject({ projectUuid: z.string(), name: z.string() })).catch([]);

/** Finds projects by name, and knows which of them are allowed. */
export class ProjectResolver {
  readonly policy: ProjectPolicy;
  readonly #memory: ProjectMemory;
  readonly #read: RequestSender['read'];

  constructor(policy: ProjectPolicy, memory: ProjectMemory, read: RequestSender['read']) {
    this.policy = policy;
    this.#memory = memory;
    this.#read = read;
  }

  /** True if calls are limited to some projects. */
  get restricted(): boolean {
    return this.policy.allowedProjects !== undefined;
  }

  /** The projects that this server may touch and the token sees. */
  async visible(): Promise<Project[]> {
    return this.onlyAllowed(projectList.parse(await this.#read(operationById('ListOrganizationProjects'), {})));
  }

  /** True if this server may touch the project, one of those that the token sees. */
  allows(project: Project): boolean {
    return this.onlyAllowed([project]).length > 0;
  }

  /**
   * The uuid of a project, from its name or uuid.
   *
   * @throws {ArgumentsError} if no visible project, or more than one, has the name.
   */
  async uuidOf(nameOrUuid: string): Promise<string> {
    if (isUuid(nameOrUuid)) return nameOrUuid.toLowerCase();
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
    const all = names.length > 0 ? listed(names) : 'none';
    const instead =
      nearest === undefined
        ? `; you see ${all}`
        : `; the nearest is "${nearest}"${names.length > 1 ? ` of ${all}` : ''}`;
    throw new ArgumentsError([`projectUuid: there is no project "${short}"${instead}`]);
  }

  /**
   * Adds the configured project, or a placeholder for the only visible one, to raw arguments that name none.
   *
   * @param argument state of `projectUuid` in the schema of the tool.
   */
  applyDefaultProject(tool: Tool, raw: unknown, argument: 'required' | 'optional' | 'none'): unknown {
    const { defaultProject } = this.policy;
    if (argument === 'none' || tool.operation?.id === 'ListOrganizationMembers') return raw;
    const args = z.record(z.string(), z.unknown()).catch({}).parse(raw);
    // A held result belongs to the project of its query.
    if (isPresent(args.projectUuid) || isPresent(args.resultId)) return raw;
    if (defaultProject !== undefined) return { ...args, projectUuid: defaultProject };
    const isNeeded = argument === 'required' || dependsOnProject(args) || isOfProject(tool, args);
    if (isNeeded) return { ...args, projectUuid: ONLY_PROJECT };
    // A query of this process has its own project; one of another process is of the only project, if there is but one.
    return isPresent(args.queryUuid) ? { ...args, projectUuid: PROJECT_IF_ONLY } : raw;
  }

  /** Uuid of the configured project; undefined if none is configured, no project has its name, or it is not allowed. */
  async defaultProjectUuid(): Promise<string | undefined> {
    const { defaultProject } = this.policy;
    if (defaultProject === undefined) return undefined;
    const uuid = await this.uuidOf(defaultProject).catch(() => undefined);
    if (uuid === undefined || !this.restricted) return uuid;
    return (await this.visible()).find(({ projectUuid }) => includesUuid([uuid], projectUuid))?.projectUuid;
  }

  /**
   * The project in which a call names things: its own, the configured one, or the only visible one; undefined if that is
   * not an allowed one.
   *
   * @throws {ArgumentsError} if none is named and several are visible.
   */
  async ofNames({ projectUuid }: ToolArguments, argument: string): Promise<string | undefined> {
    const named = typeof projectUuid === 'string' ? projectUuid : this.policy.defaultProject;
    if (named === undefined)
      return this.#onlyVisible(`${argument}: a name needs one project`, 'give the uuid instead. They are');
    const uuid = await this.uuidOf(named);
    if (!this.restricted) return uuid;
    return (await this.visible()).find((project) => includesUuid([uuid], project.projectUuid))?.projectUuid;
  }

  /**
   * A sentence on the project of an empty list, if the token sees other projects and not this one: some routes answer so for
   * a project that does not exist (both releases).
   */
  async unseenProject({ projectUuid }: ToolArguments): Promise<string | undefined> {
    if (typeof projectUuid !== 'string') return undefined;
    const visible = (await this.visible().catch(ignoreApiError)) ?? [];
    if (visible.length === 0 || visible.some((project) => includesUuid([projectUuid], project.projectUuid))) return;
    const names = visible.map(({ name }) => plainText(name));
    return `projectUuid: you see no project ${projectUuid}; you see ${listed(names)}`;
  }

  /** Puts uuids instead of project names. */
  async resolve(args: ToolArguments): Promise<ToolArguments> {
    const { projectUuid, ...others } = args;
    if (typeof projectUuid !== 'string') return args;
    if (projectUuid === PROJECT_IF_ONLY) {
      const [only, second] = (await this.visible().catch(ignoreApiError)) ?? [];
      return only === undefined || second !== undefined ? others : { ...others, projectUuid: only.projectUuid };
    }
    return {
      ...args,
      projectUuid: await (projectUuid === ONLY_PROJECT ? this.#onlyVisible() : this.uuidOf(projectUuid)),
    };
  }

  /** @throws {ArgumentsError} if there is no visible project, or more than one; it names them. */
  async #onlyVisible(reason = 'projectUuid is missing', advice = 'give the name or uuid of one of'): Promise<string> {
    const visible = await this.visible();
    const [only] = visible;
    if (only === undefined) throw new ArgumentsError([`${reason}, and you see no project`]);
    if (visible.length === 1) return only.projectUuid;
    const names = visible.map(({ projectUuid, name }) => `${plainText(name)} (${projectUuid})`);
    throw new ArgumentsError([`${reason}, and you see ${visible.length} projects: ${advice} ${listed(names)}`]);
  }

  /**
   * @throws {OutOfScopeError} if several projects have an allowed name: the setting is ambiguous.
   */
  onlyAllowed<Each extends Project>(projects: readonly Each[]): Each[] {
    const { allowedProjects } = this.policy;
    if (allowedProjects === undefined) return [...projects];
    const uuids = allowedProjects.flatMap((allowed) => this.#resolveAllowed(allowed, projects) ?? []);
    return projects.filter(({ projectUuid }) => includesUuid(uuids, projectUuid));
  }

  #resolveAllowed(allowed: string, projects: readonly Project[]): string | undefined {
    if (isUuid(allowed)) return allowed;
    const pinned = this.#memory.pinnedUuids.get(allowed);
    if (pinned !== undefined) return pinned;
    const named = projects.filter((project) => hasName(project, allowed));
    if (named.length > 1) {
      throw new OutOfScopeError(
        `LIGHTDASH_ALLOWED_PROJECTS names "${allowed}", and ${named.length} projects are named so: it has to give the uuid.`,
      );
    }
    const [only] = named;
    if (only) this.#memory.pinnedUuids.set(allowed, only.projectUuid);
    return only?.projectUuid;
  }
}

const listed = (names: readonly string[]): string => joinFirst(names, MAX_NAMES);

/** True for arguments that mean nothing without a project: a query, and names instead of uuids. */
const dependsOnProject = (args: object): boolean =>
  Object.entries(args).some(
    ([name, value]) =>
      (name === 'query' && value !== null) || (name.endsWith('Uuid') && typeof value === 'string' && !isUuid(value)),
  );

/** False for null and an empty text, too, which hosts send for an argument that is left out. */
const isPresent = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** True for a call that is about a project unless it says that it is about the organization. */
function isOfProject({ scope }: Tool, args: Readonly<Record<string, unknown>>): boolean {
  if (scope?.organizationIf === undefined) return false;
  return args[scope.organizationIf] !== true && args[scope.organizationIf] !== 'true';
}

const hasName = (project: Project, nameOrUuid: string) =>
  project.projectUuid.toLowerCase() === nameOrUuid.toLowerCase() ||
  project.name.trim().toLowerCase() === nameOrUuid.trim().toLowerCase();

/** True if the list has the uuid, in capitals or not. */
export const includesUuid = (allowed: readonly string[], uuid: string) =>
  allowed.some((item) => item.toLowerCase() === uuid.toLowerCase());
