import { text } from '../../text/json.ts';
import type { ToolContext } from '../tool.ts';
import type { ListOptions } from './render-content-lists.ts';

interface ListArguments {
  readonly search?: string | undefined;
  readonly offset?: number | undefined;
}

/** The page of a list that the arguments select. */
export const listPage = ({ search, offset }: ListArguments, { budget }: Pick<ToolContext, 'budget'>): ListOptions => ({
  search: text(search?.trim()),
  offset,
  budget,
});
