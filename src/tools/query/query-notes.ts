import type { SavedQuery } from '../../query/builder/saved-query.ts';
import type { ResultTable } from '../../query/execution/result-table.ts';
import { cutPeriodNotes } from '../../query/notes/periods.ts';
import { rowNotes } from '../../query/notes/row-notes.ts';
import type { ToolContext } from '../tool.ts';
import { dateRangeNotes } from './date-range.ts';
import { filterContext } from './prepare-query.ts';
import { lookUpSharedNames } from './shared-names.ts';
import { verifyValues } from './verify-values.ts';

/** A query that gets notes, with its project and explore. */
export interface NotedQuery extends SavedQuery {
  readonly projectUuid: string;
  /** Parameters of the query, as the caller wrote them. */
  readonly parameters?: unknown;
}

/** Look-ups for the notes about a query's rows, under way while it runs. */
export interface QueryNotes {
  /**
   * Notes about what the rows do not show: values of filters that do not exist, dates outside of the data, names that several
   * things share, cut and missing periods, empty values that come first. Waits at most two seconds.
   *
   * @param table undefined if the rows are not known: then only values and cut periods get notes.
   * @param ran the query as it ran, if more is known of it than at the start; its filters are the same.
   */
  notes(table: ResultTable | undefined, context: ToolContext, ran?: SavedQuery): Promise<readonly string[]>;
  /** Ends the look-ups that are under way. */
  end(): void;
}

/** Notes about the periods that a filter cuts, for a query whose rows are not seen. */
export async function periodsCut(
  { index, query, projectUuid }: NotedQuery,
  context: ToolContext,
): Promise<readonly string[]> {
  const { today } = await filterContext(index, { projectUuid, ...query }, context);
  return cutPeriodNotes(index, query, today);
}

/** Starts the look-ups of a query, in parallel with it. */
export async function startQueryNotes(noted: NotedQuery, context: ToolContext): Promise<QueryNotes> {
  const { index, query, projectUuid, parameters } = noted;
  const notesContext = { projectUuid, index, parameters };
  const shared = lookUpSharedNames({ ...notesContext, ...query }, context);
  const verification = await verifyValues(noted, context);
  return {
    async notes(table, later, ran = noted) {
      const { today } = await filterContext(ran.index, { projectUuid, ...ran.query }, later);
      if (table === undefined)
        return [...(await verification.notes(undefined, later)), ...cutPeriodNotes(ran.index, ran.query, today)];
      const lookedUp = await Promise.all([
        verification.notes(table.rows, later),
        dateRangeNotes(ran.index, ran.query, table.rows, notesContext, later),
        shared?.notes(table.rows, later) ?? [],
      ]);
      return [...lookedUp.flat(), ...rowNotes(ran.index, ran.query, table, today)];
    },
    end() {
      verification.end();
      shared?.end();
    },
  };
}
