import * as z from 'zod';
import { dashboardUuid } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import { duplicateDashboard as duplicateRoute, updateDashboard } from '../../operations/routes/content-writing.ts';
import { isObject, type JsonObject, text } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';
import { findSpace } from '../content/find-content.ts';
import { sameNameNotes } from '../content/same-name.ts';
import { defineTool } from '../operation-tool.ts';
import type { ToolContext } from '../tool.ts';
import { describeDashboard } from './write-dashboard.ts';

/** Copies a dashboard. */
export const duplicateDashboard = defineTool({
  name: 'duplicate_dashboard',
  title: 'Copy a dashboard: a duplicate to try things',
  description: 'Makes a copy of it with the charts kept inside; other charts are shown by both.',
  toolset: 'dashboards',
  readOnly: false,
  destructive: false,
  idempotent: false,
  input: () => ({ dashboardUuid: dashboardUuid(), name: z.string().min(1), space: z.string().min(1).optional() }),
  async run({ dashboardUuid: uuid, name, space }, context) {
    const { copy, original } = await copyDashboard({ uuid, name, space }, context);
    const ofName = await sameNameNotes('dashboard', copy, String(copy.projectUuid), context);
    return {
      text: [
        `Copied "${text(original.name) ?? '?'}" as ${describeDashboard(copy, context)}`,
        `dashboardUuid ${text(copy.uuid) ?? '?'}`,
        ...ofName.map((note) => `Note: ${note}`),
      ].join('\n'),
      data: copy,
    };
  },
});

interface Copying {
  readonly uuid: string;
  readonly name: string;
  /** That of the original, if left out. */
  readonly description?: string | undefined;
  /** Name or uuid; that of the original, if left out. */
  readonly space?: string | undefined;
  /** The project that the original must be of. */
  readonly projectUuid?: string | undefined;
}

/** Copies a dashboard into a space. Lightdash copies into the space of the original, so the copy is moved after that. */
export async function copyDashboard(
  { uuid, name, description, space, projectUuid: project }: Copying,
  context: ToolContext,
): Promise<{ readonly copy: JsonObject; readonly original: JsonObject }> {
  const { results: source } = await context.execute(operationById('GetDashboard'), { dashboardUuid: uuid });
  const original = isObject(source) ? source : {};
  const projectUuid = String(original.projectUuid);
  if (project !== undefined && project !== projectUuid)
    throw new ArgumentsError([
      `duplicateFrom: that dashboard is in another project, ${projectUuid}, and is copied there`,
    ]);
  const target = space === undefined ? undefined : await findSpace(space, projectUuid, context);
  const body = { dashboardName: name, dashboardDesc: description ?? text(original.description) ?? '' };
  const { results } = await context.execute(duplicateRoute, { projectUuid, duplicateFrom: uuid, body });
  const copy = isObject(results) ? results : {};
  if (target === undefined || target.uuid === copy.spaceUuid) return { copy, original };
  const change = { dashboardUuid: copy.uuid, body: { name, spaceUuid: target.uuid } };
  const { results: moved } = await context.execute(updateDashboard, change);
  return { copy: isObject(moved) ? { ...copy, ...moved } : copy, original };
}
