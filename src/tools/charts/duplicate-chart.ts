import * as z from 'zod';
import { chartUuid } from '../../operations/fields.ts';
import { duplicateSavedChart, updateSavedChart } from '../../operations/routes/content-writing.ts';
import { isObject, text } from '../../text/json.ts';
import { findSpace } from '../content/find-content.ts';
import { sameNameNotes } from '../content/same-name.ts';
import { defineTool } from '../operation-tool.ts';
import { currentChart, describeSavedChart } from './write-chart.ts';

/** Copies a saved chart. */
export const duplicateChart = defineTool({
  name: 'duplicate_chart',
  title: 'Copy a chart: a duplicate to try things',
  description: 'Copies a saved chart, into its own space or dashboard unless a space is given.',
  toolset: 'charts',
  readOnly: false,
  destructive: false,
  idempotent: false,
  input: () => ({ chartUuid: chartUuid(), name: z.string().min(1), space: z.string().min(1).optional() }),
  async run({ chartUuid: uuid, name, space }, context) {
    const { chart } = await currentChart(uuid, context);
    const projectUuid = String(chart.projectUuid);
    const target = space === undefined ? undefined : await findSpace(space, projectUuid, context);
    const body = { chartName: name, chartDesc: text(chart.description) ?? '' };
    const { results } = await context.execute(duplicateSavedChart, { projectUuid, duplicateFrom: uuid, body });
    const copy = isObject(results) ? results : {};
    const moved =
      target && target.uuid !== copy.spaceUuid
        ? (await context.execute(updateSavedChart, { chartUuid: copy.uuid, body: { spaceUuid: target.uuid } })).results
        : undefined;
    const saved = isObject(moved) ? { ...copy, ...moved } : copy;
    const ofName = await sameNameNotes('chart', saved, projectUuid, context);
    return {
      text: [
        `Copied "${text(chart.name) ?? '?'}" as ${describeSavedChart(saved, context)}`,
        `chartUuid ${text(saved.uuid) ?? '?'}`,
        ...ofName.map((note) => `Note: ${note}`),
      ].join('\n'),
      data: saved,
    };
  },
});
