import { sleep } from '../../async/poll.ts';
import { LightdashError, NotAllowedError, UnknownRouteError } from '../../lightdash/errors.ts';
import { metricQueryRequest } from '../../query/execution/query-requests.ts';
import {
  cancelQuery,
  isResultStorageMissing,
  type QueryContext,
  rowCount,
  startQuery,
} from '../../query/execution/run-query.ts';
import { UnreadableExplore } from '../../query/fields/explore.ts';
import { exploreNames, exploreOf } from '../../query/fields/explores.ts';
import { formatInteger, pluralize } from '../../text/format.ts';
import type { CheckResult } from './check-result.ts';
import type { DoctorContext } from './subject.ts';

/** An explore may be hidden from this user; so many are looked at. */
const MOST_EXPLORES = 3;

/** A query as small as there is: the first value of a dimension. */
interface Sample {
  readonly exploreId: string;
  readonly dimension: string;
}

/**
 * How queries are answered. On v2 that takes a query to find out: a server without object storage starts them, and then
 * cannot hand out their results.
 *
 * @throws {LightdashError} where the query fails.
 */
export async function checkQueries(
  subject: DoctorContext,
  project: { projectUuid: string; name: string },
): Promise<CheckResult> {
  const check = 'Queries';
  const { maxLimit, maxPageSize } = await subject.server.get();
  const atMost = `at most ${formatInteger(maxLimit)} rows each`;
  if (maxPageSize === undefined) {
    return {
      check,
      mark: 'ok',
      found: `By v1, ${atMost}: the server tells of no pages (v2), and needs no object storage.`,
    };
  }
  const sample = await findSample(subject, project.projectUuid);
  if (sample === undefined) {
    const advice = 'Deploy the dbt project to it, or look at its compile errors in Lightdash.';
    return { check, mark: 'warning', found: `${project.name} has no explore that can be queried.`, advice };
  }
  const asked = `${sample.dimension} of ${sample.exploreId} in ${project.name}`;
  try {
    const rows = await runSample(subject, project.projectUuid, sample);
    if (rows !== undefined) {
      return {
        check,
        mark: 'ok',
        found: `By v2, with object storage: ${pluralize(rows, 'row')} of ${asked} came back.`,
      };
    }
    const advice = 'The warehouse may be starting or busy; LIGHTDASH_TIMEOUT gives it longer.';
    return { check, mark: 'warning', found: `${asked} gave no rows within ${subject.config.timeout} s.`, advice };
  } catch (error) {
    if (isResultStorageMissing(error) || error instanceof UnknownRouteError) {
      const found = `The server keeps no results for v2 (no object storage): queries go by v1, ${atMost}.`;
      return { check, mark: 'warning', found, advice: 'Whoever runs Lightdash can give it an S3 storage for results.' };
    }
    if (error instanceof NotAllowedError) {
      const found = `This user may not query ${asked} (${error.message}).`;
      const advice = 'For questions of their own they need the role of an interactive viewer in the project, or more.';
      return { check, mark: 'warning', found, advice };
    }
    throw error;
  }
}

async function findSample({ reader }: DoctorContext, projectUuid: string): Promise<Sample | undefined> {
  const read: typeof reader.executeCached = (operation, args) => reader.executeCached(operation, args);
  for (const exploreId of (await exploreNames(read, projectUuid)).slice(0, MOST_EXPLORES)) {
    try {
      const { fields } = await exploreOf(read, projectUuid, exploreId);
      const dimension = [...fields.values()].find(({ kind, hidden }) => kind === 'dimension' && !hidden);
      if (dimension) return { exploreId, dimension: dimension.id };
    } catch (error) {
      if (!(error instanceof LightdashError || error instanceof UnreadableExplore)) throw error;
    }
  }
  return undefined;
}

/** How many rows came back; undefined when time ran out first, and the query is stopped. */
async function runSample(
  { reader, server, config }: DoctorContext,
  projectUuid: string,
  { exploreId, dimension }: Sample,
): Promise<number | undefined> {
  const asking: QueryContext = {
    server,
    signal: new AbortController().signal,
    polling: {
      deadline: AbortSignal.timeout(config.timeout * 1_000),
      sleep,
    },
    progress: () => undefined,
    execute: (operation, args) => reader.execute(operation, args),
  };
  const parts = { dimensions: [dimension], metrics: [], filters: {}, sorts: [], tableCalculations: [], limit: 1 };
  const question = metricQueryRequest({ projectUuid, exploreId, ...parts });
  const started = await startQuery(question, asking);
  if (started === undefined) return undefined;
  const rows = await rowCount(started, question.label, asking);
  if (rows === undefined) await cancelQuery(started, asking).catch(() => undefined);
  return rows;
}
