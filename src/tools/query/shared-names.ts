import { readCell } from '../../lightdash/rows/cell.ts';
import type { Rows } from '../../lightdash/rows/rows.ts';
import { mayHaveSeveral } from '../../query/builder/overlap-notes.ts';
import type { SharedNameCounts } from '../../query/execution/field-values.ts';
import { metricQueryRequest } from '../../query/execution/query-requests.ts';
import { readResultTable } from '../../query/execution/result-table.ts';
import { runQuery } from '../../query/execution/run-query.ts';
import { fieldId } from '../../query/fields/explore.ts';
import type { Field, FieldIndex } from '../../query/fields/field.ts';
import type { Filters } from '../../query/filters/lightdash-filters.ts';
import { joinFirst, singular } from '../../text/names.ts';
import { quoteInput } from '../../text/plain-text.ts';
import type { ToolContext } from '../tool.ts';
import { optionalLookUp, waitForLookUp, withSignal } from './side-look-ups.ts';

/** Names shared by several things that are read of a field; most fields have fewer. */
const MAX_SHARED = 200;
const MAX_NAMED = 3;
const COUNT = 'mcp_things_of_a_name';

interface GroupedQuery {
  readonly projectUuid: string;
  readonly index: FieldIndex;
  readonly parameters?: unknown;
  readonly dimensions: readonly string[];
  readonly metrics: readonly string[];
  readonly filters: Filters;
}

/** A note about names in the rows that several things of the table share: their numbers are added up in one row. */
interface SharedNames {
  notes(rows: Rows, context: ToolContext): Promise<readonly string[]>;
  /** Ends a look-up that is under way. */
  end(): void;
}

/** Looks up the names of a query's rows in parallel; undefined if its rows are not grouped by a name without its id. */
export function lookUpSharedNames(query: GroupedQuery, context: ToolContext): SharedNames | undefined {
  const grouped = groupedName(query);
  if (grouped === undefined || context.verifiesValues === 'doubtful') return undefined;
  const { name, id } = grouped;
  const look = (signal: AbortSignal, caller: ToolContext) =>
    optionalLookUp(
      caller.fieldValues.sharedNames(
        JSON.stringify([query.projectUuid, query.index.name, name.id, query.filters.dimensions, query.parameters]),
        () => sharedNames(query, name, id, withSignal(caller, signal)),
      ),
      signal,
      caller,
    );
  const controller = new AbortController();
  void look(controller.signal, context).catch(() => undefined);
  return {
    end: () => controller.abort(),
    async notes(rows, later) {
      const shared = await waitForLookUp((signal) => look(signal, later), later);
      if (shared === undefined || shared.size === 0) return [];
      const counts = new Map<string, number>();
      for (const row of rows) {
        const text = String(readCell(row[name.id]).raw);
        const count = shared.get(text);
        if (count !== undefined) counts.set(text, count);
      }
      if (counts.size === 0) return [];
      const names = [...counts].map(([text, count]) => `"${quoteInput(text)}" (${count})`);
      return [
        `Several of ${id.id} share a name and are one row here: ${joinFirst(names, MAX_NAMED)}. Select ${id.id} too to tell them apart.`,
      ];
    },
  };
}

/** The only text dimension of a query that is a name, and the id of the same table, which the query does not tell apart. */
function groupedName({
  index,
  dimensions,
  metrics,
}: GroupedQuery): { readonly name: Field; readonly id: Field } | undefined {
  if (metrics.length === 0) return undefined;
  const fields = dimensions.flatMap((id) => index.fields.get(id) ?? []);
  for (const name of fields.filter(isName)) {
    const ids = idNames(name.table);
    const id = [...index.fields.values()].find(
      (field) => field.kind === 'dimension' && field.table === name.table && ids.includes(field.name.toLowerCase()),
    );
    if (id && !dimensions.includes(id.id) && !fields.some((field) => isKeyOfOne(index, field, name)))
      return { name, id };
  }
  return undefined;
}

/** True for the key of a table whose rows have one name each: a row of the result is then of one thing. */
function isKeyOfOne(index: FieldIndex, { name: column, table }: Field, name: Field): boolean {
  const keys = index.tables.find((other) => other.name === table)?.keys;
  return keys?.has(column.toLowerCase()) === true && !mayHaveSeveral(index, table, name);
}

/** A first or last name alone is a category. */
const isName = ({ kind, filterType, name }: Field): boolean =>
  kind === 'dimension' &&
  filterType === 'string' &&
  /(^|_)(name|title)$/i.test(name) &&
  !/(first|last|given|family|middle|day|month|week)_?(name)?$/i.test(name);

const idNames = (table: string): readonly string[] =>
  [table.toLowerCase(), singular(table.toLowerCase())].flatMap((name) => [`${name}_id`, `${name}_key`, `${name}_uuid`]);

async function sharedNames(
  { projectUuid, index, parameters, filters: { dimensions } }: GroupedQuery,
  name: Field,
  id: Field,
  context: ToolContext,
): Promise<SharedNameCounts | undefined> {
  const metric = fieldId(id.table, COUNT);
  const request = metricQueryRequest({
    ...{ projectUuid, exploreId: index.name, parameters },
    ...{
      dimensions: [name.id],
      metrics: [metric],
      filters: dimensions ? { dimensions } : {},
      tableCalculations: [],
      limit: MAX_SHARED,
    },
    sorts: [{ fieldId: metric, descending: true }],
    additionalMetrics: [
      { table: id.table, name: COUNT, label: COUNT, type: 'count_distinct', sql: `\${${id.table}.${id.name}}` },
    ],
  });
  const outcome = await runQuery(request, context);
  if (outcome.state !== 'ready') return undefined;
  const shared = new Map<string, number>();
  for (const row of readResultTable(outcome.results).rows) {
    const [text, count] = [readCell(row[name.id]).raw, Number(readCell(row[metric]).raw)];
    if (typeof text === 'string' && count > 1) shared.set(text, count);
  }
  return shared;
}
