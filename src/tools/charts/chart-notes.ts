import { readSavedQuery, type SavedQuery, savedQueryOf } from '../../query/builder/saved-query.ts';
import type { ResultTable } from '../../query/execution/result-table.ts';
import { describeFilters } from '../../query/filters/describe-filters.ts';
import { tieNotes } from '../../query/notes/row-notes.ts';
import { finite, isObject, type JsonObject, text } from '../../text/json.ts';
import { releaseNotes, weekNotes, zoneNotes } from '../query/prepare-query.ts';
import { type QueryNotes, startQueryNotes } from '../query/query-notes.ts';
import { verifyValues } from '../query/verify-values.ts';
import type { ToolContext } from '../tool.ts';
import { fanOutNotes, withDashboardRules } from './chart-query.ts';
import type { LoadedChart } from './load-chart.ts';

/** The query of a chart's rows as it ran, with the limit of the chart. */
type RanQuery = SavedQuery & {
  /** The same in Lightdash's form. */
  readonly source: JsonObject;
};

/** Look-ups for the notes of a chart, under way while it runs. */
export interface ChartNotes {
  /** Notes about the rows; those of the query by `startQueryNotes`, and those of its joins, windows, zone and limit. */
  notes(ran: RanQuery, tables: ChartTables, results: unknown, context: ToolContext): Promise<readonly string[]>;
  end(): void;
}

/** The rows of a chart, and the same with the one after its limit if that was requested. */
interface ChartTables {
  readonly table: ResultTable;
  readonly whole: ResultTable;
}

interface ChartNotesOptions {
  readonly parameters?: unknown;
  readonly dashboardFilters?: unknown;
}

/** Starts the look-ups of a chart as soon as it is loaded. Without its explore there are none. */
export function startChartNotes(
  loaded: Promise<LoadedChart>,
  { parameters, dashboardFilters }: ChartNotesOptions,
  context: ToolContext,
): ChartNotes {
  let isEnded = false;
  const queryNotesOf = async (chart: LoadedChart['chart'], query: SavedQuery): Promise<QueryNotes> => {
    const noted = { ...query, projectUuid: text(chart?.projectUuid) ?? '', parameters };
    const queryNotes = await startQueryNotes(noted, context);
    if (isEnded) queryNotes.end();
    return queryNotes;
  };
  const prefetched = loaded.then(async ({ chart, explore }) => {
    const saved = savedQueryOf(chart);
    if (explore === undefined || saved === undefined) return undefined;
    const release = await context.server.get();
    const query = readSavedQuery(explore, withDashboardRules(saved, dashboardFilters, explore, release));
    return { chart, query, queryNotes: await queryNotesOf(chart, query) };
  });
  // The run may fail first; `notes` awaits it.
  prefetched.catch(() => undefined);
  return {
    async notes({ source, ...ran }, { table, whole }, results, later) {
      const early = await prefetched;
      if (early === undefined) return [];
      const { index, query } = ran;
      const isAsExpected = sameFilters(early.query, ran);
      const queryNotes = isAsExpected ? early.queryNotes : await queryNotesOf(early.chart, ran);
      try {
        const rows = await queryNotes.notes(table, later, ran);
        return [
          ...fanOutNotes(index, source),
          ...(await weekNotes(query, early.chart?.projectUuid, later)),
          ...(await releaseNotes(query, index, later)),
          ...zoneNotes(results, query, index),
          ...rows,
          ...(whole.rows.length > table.rows.length ? tieNotes(query, whole.rows) : []),
        ];
      } finally {
        if (!isAsExpected) queryNotes.end();
      }
    },
    end() {
      isEnded = true;
      void prefetched.then((early) => early?.queryNotes.end()).catch(() => undefined);
    },
  };
}

/**
 * Starts the look-ups of the texts in a chart's filters for an answer without its rows; `end` is for a run that failed.
 */
export function verifyChart(
  loaded: Promise<LoadedChart>,
  { parameters, dashboardFilters }: ChartNotesOptions,
  context: ToolContext,
): { notes(): Promise<readonly string[]>; end(): void } {
  const pendingVerification = loaded.then(async ({ chart, explore }) => {
    const [saved, projectUuid] = [savedQueryOf(chart), text(chart?.projectUuid)];
    if (explore === undefined || saved === undefined || projectUuid === undefined) return undefined;
    const release = await context.server.get();
    const query = readSavedQuery(explore, withDashboardRules(saved, dashboardFilters, explore, release));
    return verifyValues({ ...query, projectUuid, parameters }, context);
  });
  pendingVerification.catch(() => undefined);
  return {
    notes: async () => (await (await pendingVerification)?.notes(undefined, context)) ?? [],
    end: () => void pendingVerification.then((verification) => verification?.end()).catch(() => undefined),
  };
}

const sameFilters = (one: SavedQuery, other: SavedQuery): boolean => {
  const [a, b] = [one, other].map(({ query }) => JSON.stringify(describeFilters(query.filters)));
  return a === b;
};

/**
 * The query that the server reports with the rows of a chart; undefined if the chart's explore cannot be read. A row more
 * than the chart's limit is requested to see a tie, so that the limit is the smaller one of both.
 */
export function ranQuery(results: unknown, { chart, explore }: LoadedChart): RanQuery | undefined {
  const [saved, ran] = [savedQueryOf(chart), savedQueryOf(results)];
  const source = ran ?? saved;
  if (explore === undefined || source === undefined) return undefined;
  const timezone = isObject(results) ? text(results.resolvedTimezone) : undefined;
  const read = readSavedQuery({ ...explore, ...(timezone !== undefined && { timezone }) }, source);
  const limit = Math.min(finite(saved?.limit) ?? Number.POSITIVE_INFINITY, read.query.limit);
  return { ...read, query: { ...read.query, limit }, source };
}
