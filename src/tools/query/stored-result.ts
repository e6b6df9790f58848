import { RESULTS_KEPT } from '../../query/execution/result-cache.ts';
import { ArgumentsError } from '../arguments.ts';
import type { StoredResult, ToolContext } from '../tool.ts';

/** The rows of an earlier answer by their resultId, or the latest ones by `last`; undefined if they are not kept. */
export const storedResult = (resultId: string, { results }: Pick<ToolContext, 'results'>): StoredResult | undefined =>
  resultId === 'last' ? results.last() : results.get(resultId);

/** The refusal of a resultId that is not kept. @param instead the way on without it. */
export const resultNotKept = (resultId: string, instead: string): ArgumentsError =>
  new ArgumentsError([
    resultId === 'last'
      ? `resultId: there is no earlier result; ${instead}`
      : `resultId: ${resultId} is unknown, or not kept any more (${RESULTS_KEPT}); ${instead}`,
  ]);
