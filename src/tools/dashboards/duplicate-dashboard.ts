import * as z from 'zod';
import { dashboardUuid } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import { duplicateDashboard as duplicateRoute, updateDashboard } from '../../operations/routes/content-writing.ts';
import { isObject, text } from '../../text/json.ts';
import { findSpace } from '../content/find-content.ts';
import { defineTool } from '../operation-tool.ts';
import { describeDashboard } from './write-dashboard.ts';

/** Copies a dashboard. */
export const duplicateDashboard = defineTool({
  name: 'duplicate_dashboard',
  title: 'Copy a dashboard',
  description: 'Makes a copy of it with the charts kept inside; other charts are shown by both.',
  toolset: 'dashboards',
  readOnly: false,
  destructive: false,
  idempotent: false,
  input: () => ({ dashboardUuid: dashboardUuid(), name: z.string().min(1), space: z.string().min(1).optional() }),
  async run({ dashboardUuid: uuid, name, space }, context) {
    const { results: source } = await context.execute(operationById('GetDashboard'), { dashboardUuid: uuid });
    const original = isObject(source) ? source : {};
    const projectUuid = String(original.projectUuid);
    const target = space === undefined ? undefined : await findSpace(space, projectUuid, context);
    const body = { dashboardName: name, dashboardDesc: text(original.description) ?? '' };
    const { results } = await context.execute(duplicateRoute, { projectUuid, duplicateFrom: uuid, body });
    const copy = isObject(results) ? results : {};
    const moved =
      target && target.uuid !== copy.spaceUuid
        ? (await context.execute(updateDashboard, { dashboardUuid: copy.uuid, body: { name, spaceUuid: target.uuid } }))
            .results
        : undefined;
    const saved = isObject(moved) ? { ...copy, ...moved } : copy;
    return {
      text: `Copied "${text(original.name) ?? '?'}" as ${describeDashboard(saved, context)}\ndashboardUuid ${text(saved.uuid) ?? '?'}`,
      data: saved,
    };
  },
});
