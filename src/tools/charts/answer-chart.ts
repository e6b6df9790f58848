import { basename } from 'node:path';
import { CHART_APP_META } from '../../charts/app-page.ts';
import type { LookKind } from '../../charts/config/look.ts';
import { isDrawn } from '../../charts/kit/option.ts';
import type { ThemeName } from '../../charts/kit/theme.ts';
import type { Picture, PictureOptions } from '../../charts/picture/draw.ts';
import { mapStrings } from '../../charts/picture/fonts.ts';
import { aggregateRows } from '../../charts/spec/aggregate.ts';
import { buildSpec } from '../../charts/spec/build-spec.ts';
import { type ChartRequest, choosePlan } from '../../charts/spec/choose.ts';
import type { ChartData } from '../../charts/spec/data.ts';
import { specFromSaved } from '../../charts/spec/from-saved.ts';
import { ChartRefusal } from '../../charts/spec/plan.ts';
import type { ChartSpec } from '../../charts/spec/spec.ts';
import { kindName, summarize } from '../../charts/spec/summary.ts';
import { estimateBytes } from '../../lightdash/rows/rows.ts';
import { pluralize } from '../../text/format.ts';
import { ArgumentsError } from '../arguments.ts';
import { fileFolder, fileStem, writeWhole } from '../files/saved-file.ts';
import { answerWithRows } from '../query/query-answer.ts';
import type { StoredResult, ToolAnswer, ToolContext } from '../tool.ts';
import { chartData } from './chart-data.ts';
import { type ChartSource, type ChartSourceArguments, loadSource } from './chart-sources.ts';

/** Answer of show_chart; loaded with the first chart. */
export async function showChartAnswer(args: LookArguments & DrawArguments, context: ToolContext): Promise<ToolAnswer> {
  const loaded = await loadSource(args, context);
  if (!('stored' in loaded)) return loaded;
  const resultId = context.results.put(loaded.stored, estimateBytes(loaded.stored.table.rows));
  const spec = specOf(loaded, args, context, resultId);
  if (!isDrawn(spec)) return tableAnswer(spec, loaded.stored, context);
  const { theme = 'light' } = args;
  const picture = context.showsApps ? undefined : await paint(spec, { theme }, context);
  const file = args.save ? await save(spec, { theme, scale: 2 }, context) : undefined;
  return {
    text: [
      ...(context.showsApps ? [`Shown to the person as a ${kindName(spec)}.`] : []),
      summarize(spec),
      ...nameNotes(picture ?? file?.picture),
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
}

/** Answer of chart_data: the same chart as JSON. */
export async function chartDataAnswer(args: LookArguments, context: ToolContext): Promise<ToolAnswer> {
  const loaded = await loadSource(args, context);
  if (!('stored' in loaded)) return loaded;
  const spec = specOf(loaded, args, context);
  const text = JSON.stringify({ [CHART_APP_META]: spec });
  return { text, isForApp: true, data: spec, rows: loaded.stored.table.rows.length };
}

/** Parsed arguments about the look of a chart. */
interface LookArguments extends ChartSourceArguments {
  readonly as?: ChartRequest['as'];
  readonly x?: string | undefined;
  readonly y?: readonly string[] | undefined;
  readonly split_by?: string | undefined;
  readonly title?: string | undefined;
}

/** Parsed arguments about the picture and its files. */
interface DrawArguments {
  readonly theme?: ThemeName | undefined;
  readonly save: boolean;
}

/** Strings are cleaned before anything is drawn: a picture is text, too. */
function specOf(
  { stored, saved, sqlChart }: ChartSource,
  args: LookArguments,
  context: ToolContext,
  resultId = 'last',
): ChartSpec {
  const request = chartRequestOf(args);
  const isReshaped =
    request.as !== undefined || request.x !== undefined || request.y !== undefined || request.splitBy !== undefined;
  try {
    const data = chartData(stored);
    if (data.rows.length === 0) return mapStrings(emptySpec(data, saved), context.redact);
    const page = saved ?? sqlChart;
    const titled = page ? { title: page.title, ...request } : request;
    if (isReshaped || page === undefined)
      return mapStrings(buildSpec(data, choosePlan(data, titled), page?.url), context.redact);
    const spec = saved
      ? specFromSaved(data, { ...saved, title: titled.title ?? saved.title })
      : sqlChartSpec(data, sqlChart, titled, page.url);
    return mapStrings(spec, context.redact);
  } catch (error) {
    if (error instanceof ChartRefusal)
      throw new ArgumentsError([error.message], `drew nothing; the rows are kept as resultId "${resultId}"`);
    throw error;
  }
}

/** The kinds of SQL charts as they are drawn. */
const SQL_KINDS: Readonly<Partial<Record<LookKind, ChartRequest['as']>>> = {
  bar: 'bar',
  stacked_bar: 'stacked_bar',
  stacked_bar_100: 'stacked_bar',
  line: 'line',
  pie: 'pie',
  donut: 'pie',
  big_number: 'number',
};

/** The saved look of an SQL chart; by the shape of its rows if it has none, or none that can be drawn. */
function sqlChartSpec(
  sent: ChartData,
  saved: ChartSource['sqlChart'],
  request: ChartRequest,
  url: string | undefined,
): ChartSpec {
  const { show, x, y, splitBy: splits = [] } = saved?.look ?? {};
  const [splitBy] = splits;
  if (show === 'table') return buildSpec(sent, { kind: 'table', title: request.title ?? '', y: [], splitBy: [] }, url);
  // Columns that the SQL has no more are drawn by nothing: then the shape of the rows decides.
  const isGrouped = saved !== undefined && x !== undefined && y !== undefined && show !== 'big_number';
  const data = isGrouped ? aggregateRows(sent, [x, ...splits], saved.aggregations) : sent;
  const as = show && SQL_KINDS[show];
  try {
    const plan = choosePlan(data, { ...request, as, x, y, splitBy });
    return buildSpec(data, { ...plan, ...(show === 'stacked_bar_100' && { percentStack: true }) }, url);
  } catch (error) {
    if (!(error instanceof ChartRefusal) || as === undefined) throw error;
    const plan = choosePlan(data, request);
    const note = `not drawn as it is saved: ${error.message.replace(/\.$/, '')}`;
    return buildSpec(data, { ...plan, notes: [...(plan.notes ?? []), note] }, url);
  }
}

/** Without rows there is nothing to draw: the answer has their filters and notes, which may say why. */
const emptySpec = (data: ChartData, saved: ChartSource['saved']): ChartSpec =>
  buildSpec(
    data,
    { kind: 'table', title: saved?.title ?? '', y: [], splitBy: [], notes: ['there are no rows'] },
    saved?.url,
  );

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
  const inherited = chartData(stored).notes.map(context.redact);
  const reasons = spec.notes.filter((note) => !inherited.includes(note));
  const reason = reasons.length > 0 ? reasons.join('; ') : 'a table is shown as its rows';
  const link = spec.url === undefined ? [] : [`In Lightdash: ${spec.url}`];
  return {
    ...answer,
    text: [`Not drawn: ${reason}.`, answer.text, ...link].join('\n'),
    meta: { [CHART_APP_META]: spec },
  };
}

const MAX_WARNINGS = 4;

/** Notes on what was added to the query, doubted or not applied; limits and filters are on the chart itself. */
const warningsOf = ({ renderOptions: { notes = [] } }: StoredResult): readonly string[] =>
  notes.slice(0, MAX_WARNINGS).map((note) => `Note: ${note}`);

/** Notes on names that a person cannot read in the picture. */
function nameNotes(picture: Picture | undefined): readonly string[] {
  const { missing = 0, hidden = 0 } = picture ?? {};
  return [
    ...(missing > 0
      ? [
          `Note: ${pluralize(missing, 'name')} with characters that the picture's fonts lack (shown as boxes); the rows have them, and LIGHTDASH_CHART_FONT can name a font with them.`,
        ]
      : []),
    ...(hidden > 0 ? [`Note: ${pluralize(hidden, 'point')} without a name in the picture; the rows have them.`] : []),
  ];
}

async function paint(spec: ChartSpec, options: PictureOptions, { charts }: ToolContext): Promise<Picture> {
  if (!isDrawn(spec)) throw new Error('tables are not drawn');
  const [{ loadPainter }, { fontFinder }] = await Promise.all([
    import('../../charts/picture/draw.ts'),
    import('../../charts/picture/system-fonts.ts'),
  ]);
  return (await loadPainter())(spec, { ...options, findFont: fontFinder(charts.font) });
}

/** Writes the drawing into the folder that the settings name. Equal drawings have equal names. */
async function save(spec: ChartSpec, options: PictureOptions, context: ToolContext) {
  const folder = fileFolder(context);
  const picture = await paint(spec, options, context);
  const stem = fileStem(spec.title, 'chart');
  const png = writeWhole(folder, (hash) => `${stem}-${hash}.png`, picture.png);
  const svg = writeWhole(folder, () => `${basename(png, '.png')}.svg`, picture.svg);
  return { picture, png, svg };
}
