import * as z from 'zod';
import { anyObject, otherProjectUuid, projectUuid } from './fields.ts';
import { operation } from './operation.ts';
import { allExploresSet } from './successors.ts';

/** As `lightdash compile` writes it; Lightdash answers 500 to one without a name. */
const compiledExplore = () =>
  anyObject().refine(({ name }) => typeof name === 'string' && name !== '', 'must have a name');

/** Operations on projects, their compilation and their settings. */
export const projects = [
  operation({
    id: 'GetProject',
    method: 'GET',
    path: '/api/v1/projects/{projectUuid}',
    tool: 'get_project',
    title: 'Read a project: its settings and connection',
    description:
      'One project: dbt and warehouse (database) connection without secrets, upstream project, pinned list, timezone.',
    input: () => ({ projectUuid: projectUuid() }),
    releaseNote: { status: 'changed', note: 'No semantic layer connection; the dbt version may be missing.' },
  }),
  operation({
    id: 'updateProjectMetadata',
    mayChangeNothing: true,
    method: 'PATCH',
    path: '/api/v1/projects/{projectUuid}/metadata',
    tool: 'update_project_metadata',
    title: 'Set the upstream project',
    description: 'Sets which project charts and dashboards are promoted to; null for none.',
    input: () => ({ projectUuid: projectUuid(), upstreamProjectUuid: otherProjectUuid().nullable().optional() }),
    idempotent: true,
  }),
  operation({
    id: 'createPreview',
    method: 'POST',
    path: '/api/v1/projects/{projectUuid}/createPreview',
    tool: 'create_preview_project',
    title: 'Create a preview project: a test copy',
    description:
      'Makes a copy of a project, and with copyContent its spaces, charts and dashboards, to test in (preview).',
    input: () => ({ projectUuid: projectUuid(), name: z.string().min(1), copyContent: z.boolean() }),
    releaseNote: {
      status: 'changed',
      note: 'The new project comes inside of an object, with the job that compiles it.',
    },
  }),
  operation({
    id: 'SetExplores',
    successor: allExploresSet,
    method: 'PUT',
    path: '/api/v1/projects/{projectUuid}/explores',
    tool: 'set_explores',
    title: 'Replace all explores',
    description:
      'Replaces every explore of a project with compiled ones, as the Lightdash CLI does on deploy. Not for editing one.',
    input: () => ({
      projectUuid: projectUuid(),
      explores: z.array(compiledExplore()).min(1).describe('Compiled explores'),
    }),
    body: (args) => args.explores,
    rawSql: 'saves',
    destructive: true,
    irreversible: true,
    releaseNote: {
      status: 'changed',
      note: 'Merges unless `complete` is true, which 1.219 is sent; answers how many explores there are and what was wrong with them.',
    },
  }),
  operation({
    id: 'ValidateProject',
    method: 'POST',
    path: '/api/v1/projects/{projectUuid}/validate',
    tool: 'validate_project',
    title: 'Validate content: check what broke or is broken after a change',
    description:
      'Checks the content (charts, dashboards and tables) for errors, broken references, after a dbt change; waits, and lists what is broken and why.',
    input: () => ({
      projectUuid: projectUuid(),
      validationTargets: z.array(z.enum(['charts', 'dashboards', 'tables'])).optional(),
      explores: z.array(compiledExplore()).optional().describe('Compiled explores to check against'),
    }),
    idempotent: true,
    releaseNote: { status: 'changed', note: 'The job comes as text.' },
  }),
  operation({
    id: 'GetLatestValidationResults',
    method: 'GET',
    path: '/api/v1/projects/{projectUuid}/validate',
    tool: 'get_latest_validation_results',
    title: 'Read validation results',
    description: 'Which charts, dashboards and tables are broken or show an error, by the latest validation.',
    input: () => ({
      projectUuid: projectUuid(),
      jobId: z.string().optional().describe('From validate_project, when it was given explores'),
      fromSettings: z.boolean().optional(),
    }),
    releaseNote: {
      status: 'changed',
      note: 'A finding has a `validationUuid`, its `validationId` is null. To be replaced by GET /api/v2/projects/{projectUuid}/validate.',
    },
  }),
  operation({
    id: 'DeleteValidationDismiss',
    method: 'DELETE',
    path: '/api/v1/projects/{projectUuid}/validate/{validationId}',
    tool: 'dismiss_validation_error',
    title: 'Dismiss a validation error',
    description: 'Hides (ignores) one validation error until the next validation finds it again.',
    input: () => ({
      projectUuid: projectUuid(),
      validationId: z
        .union([z.int().min(0), z.string().min(1)])
        .meta({ anyOf: undefined, type: 'string' })
        .describe('validationId, or validationUuid if there is one'),
    }),
  }),
] as const;
