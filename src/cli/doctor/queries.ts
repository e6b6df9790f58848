import { sleep } from '../../async/poll.ts';
import { LightdashError, NotAllowedError, UnknownRouteError } from '../../lightdash/errors.ts';
import { metricQueryRequest } from '../../query/execution/query-requests.ts';
import { HeldStarts } from '../../query/execution/query-start.ts';
import {
  cancelQuery,
  isResultStorageMissing,
  type QueryContext,
  rowCount,
  startQuery,
} from '../../query/execution/run-query.ts';
import { exploreNames, exploreOf } from '../../query/fields/explores.ts';
import { formatInteger, pluralize } from '../../text/format.ts';
import type { CheckResult } from './check-result.ts';
import type { DoctorContext } from './doctor-context.ts';

/** Explores to try: some may be hidden from this user. */
const MAX_EXPLORES = 3;

/** A minimal query: the first value of a dimension. */
interface Sample {
  readonly exploreId: string;
  readonly dimension: string;
}

/**
 * Checks queries. On v2 by running one: a server without object storage starts queries, but cannot return their results.
 *
 * @throws {LightdashError} if the query fails.
 */
export async function checkQueries(
  context: DoctorContext,
  project: { projectUuid: string; name: string },
): Promise<CheckResult> {
  const check = 'Queries';
  const { version, maxLimit, maxPageSize } = await context.server.get();
  const atMost = `at most ${formatInteger(maxLimit)} rows each`;
  if (version === undefined) {
    const message = 'Not checked: without a version, queries are tried by v1 first, then by v2.';
    return { check, status: 'skipped', message };
  }
  if (maxPageSize === undefined) {
    return {
      check,
      status: 'ok',
      message: `By v1, ${atMost}: the server has no pages of results (v2), and needs no object storage.`,
    };
  }
  const sample = await findSample(context, project.projectUuid);
  if (sample === undefined) {
    const advice = 'Deploy the dbt project to it, or look at its compile errors in Lightdash.';
    return { check, status: 'warning', message: `${project.name} has no explore that can be queried.`, advice };
  }
  const sampleName = `${sample.dimension} of ${sample.exploreId} in ${project.name}`;
  try {
    const rows = await runSample(context, project.projectUuid, sample);
    if (rows !== undefined) {
      return {
        check,
        status: 'ok',
        message: `By v2, with object storage: ${pluralize(rows, 'row')} of ${sampleName} came back.`,
      };
    }
    const advice = 'The warehouse may be starting or busy; a call waits longer, as LIGHTDASH_TIMEOUT says.';
    return {
      check,
      status: 'warning',
      message: `${sampleName} gave no rows within ${sampleTimeoutMs(context) / 1_000} s.`,
      advice,
    };
  } catch (error) {
    if (isResultStorageMissing(error) || error instanceof UnknownRouteError) {
      const message = `The server keeps no results for v2 (no object storage): queries go by v1 while it has those routes, ${atMost}.`;
      return {
        check,
        status: 'warning',
        message,
        advice: 'The operator of Lightdash can configure an S3 storage for results.',
      };
    }
    if (error instanceof NotAllowedError) {
      const message = `This user may not query ${sampleName} (${error.message}).`;
      const advice = 'For questions of their own they need the role of an interactive viewer in the project, or more.';
      return { check, status: 'warning', message, advice };
    }
    throw error;
  }
}

async function findSample({ client }: DoctorContext, projectUuid: string): Promise<Sample | undefined> {
  const read: typeof client.executeCached = (operation, args) => client.executeCached(operation, args);
  for (const exploreId of (await exploreNames(read, projectUuid)).slice(0, MAX_EXPLORES)) {
    try {
      const { fields } = await exploreOf(read, projectUuid, exploreId);
      const dimension = [...fields.values()].find(({ kind, hidden }) => kind === 'dimension' && !hidden);
      if (dimension) return { exploreId, dimension: dimension.id };
    } catch (error) {
      if (!(error instanceof LightdashError)) throw error;
    }
  }
  return undefined;
}

/** Less than the whole check may take, so that the query can be cancelled. */
const sampleTimeoutMs = ({ checkTimeoutMs }: DoctorContext) => checkTimeoutMs * 0.8;

/** Number of rows; undefined after a timeout, which cancels the query. */
async function runSample(
  context: DoctorContext,
  projectUuid: string,
  { exploreId, dimension }: Sample,
): Promise<number | undefined> {
  const { client, server } = context;
  const queryContext: QueryContext = {
    server,
    signal: new AbortController().signal,
    polling: {
      deadline: AbortSignal.timeout(sampleTimeoutMs(context)),
      sleep,
    },
    starts: new HeldStarts(),
    progress: () => undefined,
    read: (operation, args) => client.executeCached(operation, args),
    execute: (operation, args) => client.execute(operation, args),
  };
  const parts = { dimensions: [dimension], metrics: [], filters: {}, sorts: [], tableCalculations: [], limit: 1 };
  const request = metricQueryRequest({ projectUuid, exploreId, ...parts });
  const handle = await startQuery(request, queryContext);
  if (handle === undefined) return undefined;
  const rows = await rowCount(handle, request.label, queryContext);
  if (rows === undefined) await cancelQuery(handle, queryContext).catch(() => undefined);
  return rows;
}
