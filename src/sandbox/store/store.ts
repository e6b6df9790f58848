import { randomBytes, randomUUID } from 'node:crypto';
import type { Explore } from '../warehouse/index.ts';
import type {
  AccessToken,
  CatalogItem,
  Chart,
  Comment,
  CompileJob,
  CustomRole,
  Dashboard,
  DeletedContent,
  Group,
  InviteLink,
  Job,
  JsonObject,
  Notification,
  Organization,
  Project,
  ResultFile,
  Scheduler,
  SchedulerRun,
  ShareUrl,
  Space,
  SqlChart,
  Tag,
  User,
  UserAttribute,
  ValidationError,
  WarehouseCredentials,
} from './records.ts';

/** An explore as the project holds it: compiled, or what kept it from compiling. */
export type StoredExplore = Explore | BrokenExplore;

/** An explore that did not compile. */
export interface BrokenExplore {
  name: string;
  label: string;
  errors: { type: string; message: string }[];
}

/** The explores of one project. `lost` after a PUT that was no list: they are still listed but cannot be read. */
interface ExploreSet {
  all: StoredExplore[];
  isDeleted: boolean;
}

/** The whole state of the embedded Lightdash, keyed by uuid; a sandbox has exactly one. */
export interface Store {
  users: Map<string, User>;
  tokens: Map<string, AccessToken>;
  /** Cookie value to user uuid. */
  sessions: Map<string, string>;
  inviteLinks: Map<string, InviteLink>;
  organizations: Map<string, Organization>;
  groups: Map<string, Group>;
  attributes: Map<string, UserAttribute>;
  customRoles: Map<string, CustomRole>;
  projects: Map<string, Project>;
  explores: Map<string, ExploreSet>;
  spaces: Map<string, Space>;
  charts: Map<string, Chart>;
  sqlCharts: Map<string, SqlChart>;
  dashboards: Map<string, Dashboard>;
  schedulers: Map<string, Scheduler>;
  schedulerRuns: Map<number, SchedulerRun>;
  jobs: Map<number, Job>;
  compileJobs: Map<string, CompileJob>;
  /** Settings of the server. */
  settings: {
    /** True if deleted items go into a bin and can be restored; since 1.219. */
    softDelete: boolean;
  };
  /** Deleted items that can be restored. */
  deleted: Map<string, DeletedContent>;
  /** `userUuid contentType contentUuid` of what people marked as favourites, in order. */
  favorites: Set<string>;
  comments: Map<string, Comment>;
  notifications: Map<string, Notification>;
  tags: Map<string, Tag>;
  catalog: Map<string, CatalogItem>;
  validationErrors: Map<number, ValidationError>;
  shareUrls: Map<string, ShareUrl>;
  credentials: Map<string, WarehouseCredentials>;
  /** `userUuid projectUuid` to the chosen credentials. */
  credentialPreferences: Map<string, string>;
  files: Map<string, ResultFile>;
  /** The parameters that each project defines, by name (1.219). */
  parameters: Map<string, Record<string, JsonObject>>;
  /** The next numbers of the things that Lightdash numbers. */
  next: { user: number; job: number; validation: number; dashboardVersion: number };
}

/** A store without any record. */
export function emptyStore(): Store {
  return {
    users: new Map(),
    tokens: new Map(),
    sessions: new Map(),
    inviteLinks: new Map(),
    organizations: new Map(),
    groups: new Map(),
    attributes: new Map(),
    customRoles: new Map(),
    projects: new Map(),
    explores: new Map(),
    spaces: new Map(),
    charts: new Map(),
    sqlCharts: new Map(),
    dashboards: new Map(),
    schedulers: new Map(),
    schedulerRuns: new Map(),
    jobs: new Map(),
    compileJobs: new Map(),
    settings: { softDelete: false },
    deleted: new Map(),
    favorites: new Set(),
    comments: new Map(),
    notifications: new Map(),
    tags: new Map(),
    catalog: new Map(),
    validationErrors: new Map(),
    shareUrls: new Map(),
    credentials: new Map(),
    credentialPreferences: new Map(),
    files: new Map(),
    parameters: new Map(),
    next: { user: 1, job: 1, validation: 1, dashboardVersion: 1 },
  };
}

/** Uuid of a record that a request creates. */
export const newUuid = (): string => randomUUID();

/** A token as Lightdash makes them: 32 hexadecimal digits, no prefix. */
export const newToken = (): string => randomBytes(16).toString('hex');

/** A random url-safe name, 21 characters by default. */
export const newNanoid = (length = 21): string => randomBytes(length).toString('base64url').slice(0, length);

/** The slug of a name, made different from those taken by a number at its end. */
export function slugFor(name: string, takenSlugs: Iterable<string>): string {
  const base =
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'untitled';
  const usedSlugs = new Set(takenSlugs);
  if (!usedSlugs.has(base)) return base;
  let number = 1;
  while (usedSlugs.has(`${base}-${number}`)) number += 1;
  return `${base}-${number}`;
}
