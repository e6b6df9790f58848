import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { NewTile } from '../../dashboards/edit-dashboard.ts';
import { tileWidths } from '../../dashboards/tile-layout.ts';
import { text } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';
import { type ChartDraft, draftChart, newChartInput } from '../charts/chart-draft.ts';
import { findChart, findSqlChart } from '../content/find-content.ts';
import type { ToolContext } from '../tool.ts';

const width = z.enum(['full', 'half', 'third', 'quarter']);

/** One tile as a caller writes it: exactly one of `chart`, `sqlChart`, `newChart`, `markdown`, `heading`, `video`. */
export const tileArguments = () =>
  z.strictObject({
    chart: z.string().min(1).optional(),
    sqlChart: z.string().min(1).optional(),
    newChart: newChartInput().optional(),
    markdown: z.string().optional(),
    heading: z.string().min(1).optional(),
    video: z.url().optional(),
    title: z.string().optional(),
    tab: z.string().min(1).optional(),
    before: z.string().min(1).optional(),
    width: width.optional(),
    height: z.int().min(1).max(50).optional(),
  });

/** A tile as tools take it, parsed. */
export type TileArguments = z.infer<ReturnType<typeof tileArguments>>;

/** The form of a tile, for the descriptions of arguments. */
export const TILE_FORM = 'As in create_dashboard; also before: a tile or "start"';

/** A tile that is ready to be placed. A chart of its own has to be saved inside of the dashboard first. */
export interface PreparedTile {
  readonly tile: NewTile;
  readonly place: Pick<TileArguments, 'tab' | 'before'>;
  readonly newChart?: { readonly draft: ChartDraft; readonly name: string; readonly description?: string };
}

/** Finds the charts that tiles name, and makes new ones ready. @throws {ArgumentsError} */
export async function prepareTiles(
  tiles: readonly TileArguments[],
  projectUuid: string,
  context: ToolContext,
  argument = 'tiles',
): Promise<readonly PreparedTile[]> {
  return Promise.all(tiles.map((tile) => prepareTile(tile, projectUuid, context, argument)));
}

const kinds = ['chart', 'sqlChart', 'newChart', 'markdown', 'heading', 'video'] as const;

async function prepareTile(
  written: TileArguments,
  projectUuid: string,
  context: ToolContext,
  argument: string,
): Promise<PreparedTile> {
  const { tab, before, title = '', width: tileWidth, height } = written;
  const kindsGiven = kinds.filter((kind) => written[kind] !== undefined);
  if (kindsGiven.length !== 1)
    throw new ArgumentsError([
      `${argument}: each is one of ${kinds.join(', ')}; this has ${kindsGiven.join(' and ') || 'none'}`,
    ]);
  const place = { tab, before };
  const tileOf = (type: string, properties: NewTile['properties'], kind?: string): NewTile => ({
    uuid: randomUUID(),
    type,
    properties,
    kind,
    width: tileWidth,
    height,
  });
  const { chart, sqlChart, newChart, markdown, heading, video } = written;
  if (chart !== undefined || sqlChart !== undefined) {
    const { uuid, name, source } = await findTileChart({ chart, sqlChart }, projectUuid, context);
    return source.source === 'sql'
      ? { place, tile: tileOf('sql_chart', { savedSqlUuid: uuid, chartName: name, title }) }
      : { place, tile: tileOf('saved_chart', { savedChartUuid: uuid, title }, text(source.chartKind)) };
  }
  if (newChart !== undefined) {
    const { name, description, ...chartArguments } = newChart;
    const draft = await draftChart({ ...chartArguments, projectUuid }, context);
    return {
      place,
      tile: tileOf('saved_chart', { title }, draft.kind),
      newChart: { draft, name, ...(description !== undefined && { description }) },
    };
  }
  if (markdown !== undefined) return { place, tile: tileOf('markdown', { title, content: markdown }) };
  if (heading !== undefined) {
    // 0.1366 has no tiles of headings: a text tile shows its title in their place.
    const { isNewer } = await context.server.get();
    if (isNewer) return { place, tile: tileOf('heading', { text: heading }) };
    return { place, tile: { ...tileOf('markdown', { title: heading, content: '' }), height: height ?? 2 } };
  }
  return { place, tile: tileOf('loom', { title, url: video }) };
}

/** The chart of a tile: first among those of its argument, then among the others, for a name does not say which it is. */
async function findTileChart(
  { chart, sqlChart }: Pick<TileArguments, 'chart' | 'sqlChart'>,
  projectUuid: string,
  context: ToolContext,
): Promise<Awaited<ReturnType<typeof findChart>>> {
  const written = chart ?? sqlChart ?? '';
  const [find, findOther] = chart === undefined ? [findSqlChart, findChart] : [findChart, findSqlChart];
  try {
    return await find(written, projectUuid, context);
  } catch (error) {
    if (!(error instanceof ArgumentsError)) throw error;
    const other = await findOther(written, projectUuid, context).catch((failure: unknown) => {
      if (!(failure instanceof ArgumentsError)) throw failure;
    });
    if (other === undefined) throw error;
    return other;
  }
}

/** Columns of a width by name. */
export const columnsOf = (name: z.infer<typeof width>): number => tileWidths[name];
/** Width of a tile that stands alone. */
export const tileWidth = width;
