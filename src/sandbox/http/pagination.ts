import * as z from 'zod';
import { SandboxError } from '../errors.ts';
import { looseNumber } from './body-validation.ts';

/** The query parameters of lists that come in pages. */
export const pageQuery = { page: looseNumber.optional(), pageSize: looseNumber.optional() };
const pageSchema = z.object(pageQuery);

/**
 * One page of a list. There are pages only if both numbers were sent, and page 0 counts as none.
 * @throws 422 `KnexPaginationError` for a negative page
 */
export function pageOf<Item>(
  items: readonly Item[],
  { page, pageSize }: z.output<typeof pageSchema>,
): { data: readonly Item[]; pagination?: Record<string, number> } {
  if (!page || !pageSize) return { data: items };
  if (page < 0) throw new SandboxError(422, 'KnexPaginationError', 'page should be greater than 0');
  const totalPageCount = Math.ceil(items.length / pageSize);
  return {
    pagination: { page, pageSize, totalPageCount, totalResults: items.length },
    data: items.slice((page - 1) * pageSize, page * pageSize),
  };
}
