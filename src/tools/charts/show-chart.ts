import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { CHART_APP_META } from '../../charts/app-page.ts';
import { isDrawn } from '../../charts/kit/option.ts';
import type { Picture, PictureOptions } from '../../charts/picture/draw.ts';
import { mapStrings } from '../../charts/picture/fonts.ts';
import { buildSpec } from '../../charts/spec/build-spec.ts';
import { CHART_TYPES, type ChartRequest, choosePlan } from '../../charts/spec/choose.ts';
import { specFromSaved } from '../../charts/spec/from-saved.ts';
import { ChartRefusal } from '../../charts/spec/plan.ts';
import type { ChartSpec } from '../../charts/spec/spec.ts';
import { kindName, summarize } from '../../charts/spec/summary.ts';
import { estimateBytes } from '../../lightdash/rows/rows.ts';
import { pluralize } from '../../text/format.ts';
import { ArgumentsError } from '../arguments.ts';
import { defineTool } from '../operation-tool.ts';
import { answerWithRows } from '../query/query-answer.ts';
import type { StoredResult, ToolAnswer, ToolContext } from '../tool.ts';
import { chartData } from './chart-data.ts';
import { type ChartSource, loadSource, type ShowChartArguments } from './chart-sources.ts';

const input = () => ({
  chartUuid: z.string().min(1).optional().describe('Uuid, or name with projectUuid'),
  dashboardUuid: z.string().min(1).optional().describe('With tileUuid: runs under its filters'),
  tileUuid: z.string().optional().describe('Uuid or title'),
  resultId: z.string().min(1).optional().describe('Rows already read; "last": the latest'),
  query: z.record(z.string(), z.unknown()).optional().describe('As for run_metric_query'),
  projectUuid: z.string().min(1).optional(),
  as: z.enum(CHART_TYPES).optional().describe('Default: as saved, or what suits the rows'),
  x: z.string().optional(),
  y: z.array(z.string()).min(1).optional(),
  split_by: z.string().optional(),
  title: z.string().max(200).optional(),
  theme: z.enum(['light', 'dark']).default('light'),
  save: z.boolean().default(false).describe('Also write PNG and SVG files'),
});

/** Draws a chart for the person: an App where the host shows it, else a picture; the text is whole without either. */
export const showChart = defineTool({
  name: 'show_chart',
  title: 'Show a chart',
  description:
    'Shows the person a chart (plot, graph, picture) of a saved chart, a dashboard tile, an earlier result or a query. Give one source.',
  toolset: 'charts',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input,
  async run(args, context) {
    const loaded = await loadSource(args, context);
    if (!('stored' in loaded)) return loaded;
    const resultId = context.results.put(loaded.stored, estimateBytes(loaded.stored.table.rows));
    const spec = specOf(loaded, args, context, resultId);
    if (!isDrawn(spec)) return tableAnswer(spec, loaded.stored, context);
    const { theme } = args;
    const picture = context.showsApps ? undefined : await paint(spec, { theme });
    const file = args.save ? await save(spec, { theme, scale: 2 }, context) : undefined;
    return {
      text: [
        ...(context.showsApps ? [`Shown to the person as a ${kindName(spec)}.`] : []),
        summarize(spec),
        ...missingNote(picture ?? file?.picture),
        ...warningsOf(loaded.stored),
        ...(file ? [`Saved: ${file.png} and ${file.svg}`] : []),
        `Rows: get_query_result ${JSON.stringify({ resultId })}`,
        ...(spec.url === undefined ? [] : [`In Lightdash: ${spec.url}`]),
      ].join('\n'),
      data: spec,
      rows: loaded.stored.table.rows.length,
      meta: { [CHART_APP_META]: spec },
      ...(picture && { images: [{ mimeType: 'image/png', data: picture.png }] }),
    };
  },
});

/** For the App alone, if its host dropped what show_chart sent along: the same chart as JSON. */
export const chartDataTool = defineTool({
  name: 'chart_data',
  title: 'Data of a shown chart',
  description: 'The data of a chart for the chart App.',
  toolset: 'charts',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input,
  async run(args, context) {
    const loaded = await loadSource(args, context);
    if (!('stored' in loaded)) return loaded;
    const spec = specOf(loaded, args, context);
    const text = JSON.stringify({ [CHART_APP_META]: spec });
    return { text, isForApp: true, data: spec, rows: loaded.stored.table.rows.length };
  },
});

/** Parsed arguments about the look of a chart. */
interface LookArguments extends ShowChartArguments {
  readonly as?: ChartRequest['as'];
  readonly x?: string | undefined;
  readonly y?: readonly string[] | undefined;
  readonly split_by?: string | undefined;
  readonly title?: string | undefined;
}

/** Strings are cleaned before anything is drawn: a picture is text, too. */
function specOf(
  { stored, saved }: ChartSource,
  args: LookArguments,
  context: ToolContext,
  resultId = 'last',
): ChartSpec {
  const request = chartRequestOf(args);
  const isReshaped =
    request.as !== undefined || request.x !== undefined || request.y !== undefined || request.splitBy !== undefined;
  try {
    const data = chartData(stored);
    const spec =
      saved && !isReshaped
        ? specFromSaved(data, request.title === undefined ? saved : { ...saved, title: request.title })
        : buildSpec(data, choosePlan(data, saved ? { title: saved.title, ...request } : request), saved?.url);
    return mapStrings(spec, context.redact);
  } catch (error) {
    if (error instanceof ChartRefusal)
      throw new ArgumentsError([error.message], `drew nothing; the rows are kept as resultId "${resultId}"`);
    throw error;
  }
}

function chartRequestOf({ as, x, y, split_by: splitBy, title }: LookArguments): ChartRequest {
  return {
    ...(as !== undefined && { as }),
    ...(x !== undefined && { x }),
    ...(y !== undefined && { y }),
    ...(splitBy !== undefined && { splitBy }),
    ...(title !== undefined && { title }),
  };
}

/** Rows that are better read than drawn. */
function tableAnswer(spec: ChartSpec, stored: StoredResult, context: ToolContext): ToolAnswer {
  const answer = answerWithRows(stored, context);
  const why = spec.notes.length > 0 ? spec.notes.join('; ') : 'a table is shown as its rows';
  const link = spec.url === undefined ? [] : [`In Lightdash: ${spec.url}`];
  return {
    ...answer,
    text: [`Not drawn: ${why}.`, answer.text, ...link].join('\n'),
    meta: { [CHART_APP_META]: spec },
  };
}

const MAX_WARNINGS = 4;

/** What was added to the query, doubted or not applied; limits and filters are on the chart itself. */
const warningsOf = ({ renderOptions: { notes = [] } }: StoredResult): readonly string[] =>
  notes.slice(0, MAX_WARNINGS).map((note) => `Note: ${note}`);

const missingNote = (picture: Picture | undefined): readonly string[] =>
  picture && picture.missing > 0
    ? [
        `Note: ${pluralize(picture.missing, 'name')} with characters that the picture's font lacks (shown as boxes); the rows have them.`,
      ]
    : [];

async function paint(spec: ChartSpec, options: PictureOptions): Promise<Picture> {
  if (!isDrawn(spec)) throw new Error('tables are not drawn');
  const { loadPainter } = await import('../../charts/picture/draw.ts');
  return (await loadPainter())(spec, options);
}

/** Writes the drawing into the folder that the settings name. Equal drawings have equal names. */
async function save(spec: ChartSpec, options: PictureOptions, { chartFolder }: ToolContext) {
  if (chartFolder === undefined)
    throw new ArgumentsError(['save needs LIGHTDASH_CHART_FOLDER, which the settings of this server do not name']);
  const picture = await paint(spec, options);
  const stem = spec.title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  const hash = createHash('sha256').update(picture.png).digest('hex').slice(0, 8);
  const path = join(chartFolder, `${stem || 'chart'}-${hash}`);
  await mkdir(chartFolder, { recursive: true });
  await writeFile(`${path}.png`, picture.png, { mode: 0o600 });
  await writeFile(`${path}.svg`, picture.svg, { mode: 0o600 });
  return { picture, png: `${path}.png`, svg: `${path}.svg` };
}
