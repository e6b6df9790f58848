import { ignoreApiError, LightdashError } from '../../lightdash/errors.ts';
import { savedQueryOf } from '../../query/builder/saved-query.ts';
import type { FindChart } from '../../query/execution/query-requests.ts';
import { readExplore } from '../../query/fields/explore.ts';
import { exploreOf } from '../../query/fields/explores.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import { finite, isObject, type JsonObject, list, text } from '../../text/json.ts';
import type { ToolContext } from '../tool.ts';

/** A chart and its explore, as far as they can be read. */
export interface LoadedChart {
  readonly chart: JsonObject | undefined;
  readonly explore?: FieldIndex;
  /** The reason why the explore cannot be read. */
  readonly exploreProblem?: string;
}

/** Loads a chart and then its explore; a failure of either does not fail the call. */
export async function loadChart(
  lookup: Promise<JsonObject | undefined>,
  { read }: Pick<ToolContext, 'read'>,
): Promise<LoadedChart> {
  const chart = await lookup.catch(ignoreApiError);
  const [projectUuid, exploreId] = [text(chart?.projectUuid), text(chart?.tableName)];
  if (projectUuid === undefined || exploreId === undefined) return { chart };
  return { chart, ...(await tryExplore(() => exploreOf(read, projectUuid, exploreId))) };
}

async function tryExplore(load: () => FieldIndex | Promise<FieldIndex>): Promise<Omit<LoadedChart, 'chart'>> {
  try {
    return { explore: await load() };
  } catch (error) {
    if (error instanceof LightdashError) return { exploreProblem: error.message };
    throw error;
  }
}

/**
 * Starts to load a chart while its query starts.
 *
 * @param looksAhead requests one row more than the limit of a sorted chart, which shows if the next one ties with the last.
 */
export function prefetchChart(lookup: Promise<JsonObject | undefined>, context: ToolContext, looksAhead = false) {
  const chart = lookup.catch(ignoreApiError);
  const loaded = loadChart(chart, context);
  // Avoids an unhandled rejection if the run fails first; callers await it later.
  loaded.catch(() => undefined);
  const find: FindChart = async () => {
    const loaded = await chart;
    const projectUuid = text(loaded?.projectUuid);
    if (projectUuid === undefined) return undefined;
    const { maxLimit } = await context.server.get();
    return { projectUuid, limit: limitToSend(savedQueryOf(loaded) ?? {}, maxLimit, looksAhead) };
  };
  return { loaded, find };
}

/** Limit of a chart by default: nothing is ranked by it. */
const DEFAULT_LIMIT = 500;

/** The limit to run a chart with in place of its own; undefined if that is sent. */
function limitToSend(
  { limit: saved, dimensions, sorts }: JsonObject,
  maxLimit: number,
  looksAhead: boolean,
): number | undefined {
  const limit = finite(saved);
  if (limit === undefined) return undefined;
  // Newer servers have no maximum: a chart with a million rows would be read whole.
  if (limit > maxLimit) return maxLimit;
  const isSortedList = list(dimensions).length > 0 && list(sorts).length > 0;
  const isTop = isSortedList && limit > 0 && limit < Math.min(DEFAULT_LIMIT, maxLimit);
  return looksAhead && isTop ? limit + 1 : undefined;
}

/** The chart and explore in a v1 response of a chart on a dashboard; otherwise those that were prefetched. */
export async function chartFromResponse(results: unknown, loaded: Promise<LoadedChart>): Promise<LoadedChart> {
  if (!isObject(results) || !isObject(results.chart)) return loaded;
  const { chart, explore } = results;
  return { chart, ...(isObject(explore) ? await tryExplore(() => readExplore(explore)) : {}) };
}
