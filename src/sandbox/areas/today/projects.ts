import * as z from 'zod';
import { isAllowed, projectFor } from '../../access/permissions.ts';
import { atLeast, projectRole } from '../../access/roles.ts';
import { SandboxError } from '../../errors.ts';
import { anyObject, looseBoolean, looseNumber } from '../../http/body-validation.ts';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { forbidden, notExists, unexpected, wrongParameter } from '../../http/refusals.ts';
import { type Call, route } from '../../http/route.ts';
import { isBroken } from '../../store/explores.ts';
import type { CompileJob, JsonObject, Project } from '../../store/records.ts';
import { removeProject } from '../../store/removal.ts';
import { newUuid, type Store } from '../../store/store.ts';
import { isTimezone } from '../../timezone.ts';
import { fullName } from '../../views/people.ts';
import { createPreview } from '../previews.ts';
import { projectFields } from '../projects.ts';
import { projectAs } from './find-by-id.ts';

const since = '1.219';
const base = '/api/v1/projects/{projectUuid}';
const PREVIEW_HOURS = 720;
const HOUR_MILLISECONDS = 3_600_000;
const NO_CONNECTION =
  'Cannot compile explores as this project was created via CLI and has no dbt connection configured. Either configure a dbt ' +
  'connection in project settings or use the CLI to deploy changes.';

function projectView(project: Project, path: string): JsonObject {
  return {
    ...projectFields(project, path),
    schedulerTimezone: project.schedulerTimezone,
    queryTimezone: project.queryTimezone ?? null,
    useProjectTimezoneInFilters: project.useProjectTimezoneInFilters ?? false,
    schedulerFailureNotifyRecipients: false,
    schedulerFailureIncludeContact: false,
    schedulerFailureContactOverride: null,
    createdByUserUuid: project.createdByUserUuid,
    hasDefaultUserSpaces: project.hasDefaultUserSpaces ?? false,
    colorPaletteUuid: null,
    expiresAt: project.expiresAt ?? null,
    provisioningSource: null,
    agentSqlScope: null,
  };
}

function listItem(store: Store, project: Project): JsonObject {
  return {
    name: project.name,
    projectUuid: project.projectUuid,
    type: project.type,
    createdByUserUuid: project.createdByUserUuid,
    createdByUserName: fullName(store, project.createdByUserUuid),
    createdAt: project.createdAt,
    upstreamProjectUuid: project.upstreamProjectUuid,
    warehouseType: project.warehouseConnection.type,
    expiresAt: project.expiresAt ?? null,
    provisioningSource: null,
  };
}

/** Compiles a project anew: it ends in an error, as every project without a dbt connection does. */
function refresh(call: Call<'projectUuid'>): JsonObject {
  const { store, user } = call;
  const { projectUuid } = projectAs(call, call.params.projectUuid, 'developer');
  const createdAt = call.now().toISOString();
  const job: CompileJob = { jobUuid: newUuid(), projectUuid, userUuid: user.userUuid, createdAt };
  store.compileJobs.set(job.jobUuid, job);
  return { jobUuid: job.jobUuid };
}

function compileJobView({ jobUuid, projectUuid, userUuid, createdAt }: CompileJob): JsonObject {
  const timestamps = { createdAt, updatedAt: createdAt };
  const step = {
    jobUuid,
    ...timestamps,
    stepStatus: 'ERROR',
    stepType: 'COMPILING',
    stepError: NO_CONNECTION,
    stepLabel: 'Compiling',
    startedAt: createdAt,
    stepDbtLogs: [],
  };
  const jobType = 'COMPILE_PROJECT';
  return {
    ...timestamps,
    projectUuid,
    userUuid,
    jobUuid,
    jobStatus: 'ERROR',
    steps: [step],
    jobType,
    jobResults: null,
  };
}

/** Warnings and errors of the compilation, as the only recorded deployment reported them. */
function compileLogs({ store }: Pick<Call, 'store'>, project: Project): JsonObject[] {
  const explores = store.explores.get(project.projectUuid)?.all ?? [];
  const compiled = explores.filter((explore) => !isBroken(explore));
  const tables = compiled.flatMap((explore) => ('tables' in explore ? (explore.tables[explore.baseTable] ?? []) : []));
  const count = (kind: 'metrics' | 'dimensions') =>
    tables.reduce((sum, table) => sum + Object.keys(table[kind]).length, 0);
  const broken = explores.filter(isBroken);
  return [
    {
      projectCompileLogId: project.projectUuid,
      projectUuid: project.projectUuid,
      jobUuid: null,
      userUuid: project.createdByUserUuid,
      userName: fullName(store, project.createdByUserUuid),
      organizationUuid: project.organizationUuid,
      createdAt: project.createdAt,
      compilationSource: 'cli_deploy',
      dbtConnectionType: project.dbtConnection.type,
      requestMethod: 'cli',
      warehouseType: project.warehouseConnection.type,
      report: {
        metricsCount: count('metrics'),
        baseTableNames: compiled.map((explore) => explore.name),
        dimensionsCount: count('dimensions'),
        errorExploresCount: broken.length,
        exploresWithErrors: broken.map(({ name, errors }) => ({ name, errors })),
        totalExploresCount: explores.length,
        successfulExploresCount: compiled.length,
      },
    },
  ];
}

/**
 * Sets the default time zone of deliveries. The real server saves an unknown name and answers 500; as long as a
 * delivery uses it, a good name afterwards is a 500 too and is not saved.
 */
function setSchedulerTimezone({ store }: Call, project: Project, zone: string | undefined): void {
  if (zone === undefined) return;
  const inUse = [...store.schedulers.values()].some((scheduler) => scheduler.timezone === null);
  const keepsDefault = inUse && !isTimezone(project.schedulerTimezone);
  if (!keepsDefault) project.schedulerTimezone = zone;
  if (keepsDefault || (inUse && !isTimezone(zone))) throw unexpected();
}

function preview(call: Call<'projectUuid', { name: string; copyContent: boolean }>): JsonObject {
  const project = projectFor(call, call.params.projectUuid);
  if (!isAllowed(call.store, call.user, project, 'create previews')) {
    throw new SandboxError(
      403,
      'ForbiddenError',
      `You don't have permission to create preview projects from "${project.name}". Contact your admin to request access.`,
      {
        requiredPermission: 'create:preview_project',
        projectType: 'PREVIEW',
        organizationUuid: project.organizationUuid,
        upstreamProjectUuid: project.projectUuid,
        upstreamProjectName: project.name,
      },
    );
  }
  const preview = createPreview(call, project, call.body);
  preview.expiresAt = new Date(call.now().getTime() + PREVIEW_HOURS * HOUR_MILLISECONDS).toISOString();
  return { projectUuid: preview.projectUuid, compileJobUuid: newUuid() };
}

/** Routes of projects on 1.219. */
export const projectRoutes = [
  route('GET', '/api/v1/org/projects', { since }, ({ store, user }) => {
    if (user.organizationUuid === null) throw forbidden('Account is not part of an organization');
    return [...store.projects.values()]
      .filter((project) => projectRole(store, user, project) !== null)
      .map((project) => listItem(store, project));
  }),
  route('DELETE', '/api/v1/org/projects/{projectUuid}', { since }, (call) => {
    const project = projectFor(call, call.params.projectUuid);
    const action = project.type === 'PREVIEW' ? 'delete previews' : 'manage project';
    if (!isAllowed(call.store, call.user, project, action))
      throw forbidden('User does not have permission to delete project');
    removeProject(call.store, project.projectUuid);
  }),
  route('GET', base, { since }, (call) =>
    projectView(projectFor(call, call.params.projectUuid), call.rawParams.projectUuid),
  ),
  route('PATCH', `${base}/details`, { since, body: z.object({ name: z.string().optional() }) }, (call) => {
    const project = projectAs(call, call.params.projectUuid, 'developer');
    const { name } = call.body;
    if (name === undefined) throw wrongParameter('No project details to update');
    if (name === '') throw wrongParameter('Project name cannot be empty');
    project.name = name;
    const { organizationUuid, projectUuid, type, createdByUserUuid } = project;
    return { organizationUuid, projectUuid, name, type, createdByUserUuid, provisioningSource: null };
  }),
  route(
    'PATCH',
    `${base}/schedulerSettings`,
    { since, body: z.object({ schedulerTimezone: z.string().optional() }) },
    (call) => {
      const project = projectFor(call, call.params.projectUuid, 'update project');
      setSchedulerTimezone(call, project, call.body.schedulerTimezone);
    },
  ),
  route(
    'PATCH',
    `${base}/queryTimezoneSettings`,
    {
      since,
      body: z.object({ queryTimezone: z.string().nullish(), useProjectTimezoneInFilters: looseBoolean.optional() }),
    },
    (call) => {
      const project = projectAs(call, call.params.projectUuid, 'developer');
      const { queryTimezone, useProjectTimezoneInFilters } = call.body;
      if (queryTimezone && !isTimezone(queryTimezone)) throw wrongParameter(`Invalid timezone: "${queryTimezone}"`);
      if (queryTimezone !== undefined) project.queryTimezone = queryTimezone;
      if (useProjectTimezoneInFilters !== undefined) project.useProjectTimezoneInFilters = useProjectTimezoneInFilters;
    },
  ),
  route(
    'PATCH',
    `${base}/hasDefaultUserSpaces`,
    { since, body: z.object({ hasDefaultUserSpaces: looseBoolean }) },
    (call) => {
      projectAs(call, call.params.projectUuid, 'developer').hasDefaultUserSpaces = call.body.hasDefaultUserSpaces;
    },
  ),
  route('GET', '/api/v2/projects/{projectUuid}/defaults', { since }, (call) => {
    const { defaults } = projectFor(call, call.params.projectUuid);
    return defaults;
  }),
  route('PUT', '/api/v2/projects/{projectUuid}/defaults', { since, body: anyObject }, (call) => {
    const project = projectFor(call, call.params.projectUuid);
    if (!atLeast(projectRole(call.store, call.user, project)?.role, 'developer')) {
      throw forbidden('User does not have permission to update project defaults');
    }
    project.defaults = call.body;
  }),
  route('POST', `${base}/refresh`, { since }, refresh),
  route('GET', '/api/v1/jobs/{jobUuid}', { since }, ({ store, params }) => {
    const job = store.compileJobs.get(params.jobUuid);
    if (!job) throw notExists(`job with jobUuid ${params.jobUuid} does not exist`);
    return compileJobView(job);
  }),
  route('GET', `${base}/compile-logs`, { since, query: z.object(pageQuery) }, (call) =>
    pageOf(compileLogs(call, projectAs(call, call.params.projectUuid, 'developer')), call.query),
  ),
  route(
    'POST',
    `${base}/createPreview`,
    { since, body: z.object({ name: z.string(), copyContent: looseBoolean }) },
    preview,
  ),
  route('GET', `${base}/previews-config`, { since }, (call) => {
    const { projectUuid } = projectFor(call, call.params.projectUuid);
    return { projectUuid, defaultPreviewExpirationHours: PREVIEW_HOURS, maxPreviewExpirationHours: PREVIEW_HOURS };
  }),
  route('PATCH', `${base}/preview-expiration`, { since, body: z.object({ expiresInHours: looseNumber }) }, (call) => {
    const project = projectAs(call, call.params.projectUuid, 'developer');
    project.expiresAt = new Date(call.now().getTime() + call.body.expiresInHours * HOUR_MILLISECONDS).toISOString();
    return { projectUuid: project.projectUuid, expiresAt: project.expiresAt };
  }),
  route('GET', `${base}/hasSavedCharts`, { since }, (call) => {
    const { projectUuid } = projectFor(call, call.params.projectUuid);
    return [...call.store.charts.values()].some((chart) => chart.projectUuid === projectUuid);
  }),
];
