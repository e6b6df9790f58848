import * as z from 'zod';
import { LightdashError, ServerFaultError } from '../../lightdash/errors.ts';
import { exploreId as exploreName, granularities, projectUuid as project } from '../../operations/fields.ts';
import { buildMetricQuery, fieldsOfQuery, type MetricQuery } from '../../query/builder/metric-query.ts';
import {
  fieldValuesOf,
  fieldValuesRequest,
  metricQueryRequest,
  sqlRequest,
} from '../../query/execution/query-requests.ts';
import { readResultTable } from '../../query/execution/result-table.ts';
import { runQuery } from '../../query/execution/run-query.ts';
import { allExplores, exploreOf } from '../../query/fields/explores.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import { createFieldFinder } from '../../query/fields/find-fields.ts';
import { resolveField } from '../../query/fields/resolve.ts';
import { describeFilters } from '../../query/filters/describe-filters.ts';
import { type ComparedText, nearestValues, valuesToVerify } from '../../query/filters/suggest-values.ts';
import { plainText } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import { renderCatalog, renderMetricsCatalog } from '../catalog/render-catalog.ts';
import { renderExplore } from '../catalog/render-explore.ts';
import { renderExplores, renderFoundFields } from '../catalog/render-explores.ts';
import { jobIdOf } from '../jobs/jobs.ts';
import type { ToolHandler } from '../operation-tool.ts';
import type { Describe, Tool, ToolArguments, ToolContext } from '../tool.ts';
import { answerQuery, stillRunning } from './query-answer.ts';
import { renderTotals } from './totals.ts';

export interface Prepared {
  readonly index: FieldIndex;
  readonly query: MetricQuery;
  readonly notes: readonly string[];
  /** The arguments as they are sent: the query's parts in the place of what was written. */
  readonly args: ToolArguments;
}

/**
 * Reads the explore, and makes of the arguments the query they mean.
 *
 * @throws {ArgumentsError} with everything that is wrong; nothing was sent but the look-up.
 */
export async function prepare(args: ToolArguments, context: ToolContext): Promise<Prepared> {
  const [index, { maxLimit }] = await Promise.all([
    exploreOf(context.read, args.projectUuid, String(args.exploreId)),
    context.server.get(),
  ]);
  let built = buildMetricQuery(index, args, { maxLimit });
  if (!built.ok && built.hasUnknownField) {
    const { explores: elsewhere } = await allExplores(context.read, args.projectUuid);
    built = buildMetricQuery(index, args, { maxLimit, elsewhere });
  }
  if (!built.ok) throw new ArgumentsError(built.problems);
  const { query, notes } = built;
  const { exploreName: exploreId, ...parts } = query;
  return { index, query, notes, args: { ...args, exploreId, ...parts } };
}

const runMetricQuery: ToolHandler = async (operation, written, context) => {
  const { index, query, notes, args } = await prepare(written, context);
  const zoomed = query.dimensions.find((id) => index.fields.get(id)?.interval !== undefined);
  const question = metricQueryRequest(
    { ...args, projectUuid: String(args.projectUuid), exploreId: query.exploreName },
    zoomed,
    operation.id,
  );
  return answerQuery(question, context, async ({ results, api, warnings }, later) => {
    const table = readResultTable(results, undefined, fieldsOfQuery(index, query));
    const missing = await missingValues(valuesToVerify(query, table.rows), index, args, later);
    return {
      table,
      renderOptions: {
        title: query.exploreName,
        // Without dimensions there is one row, whatever the limit.
        limit: query.dimensions.length > 0 ? query.limit : undefined,
        // Newer servers sort by a date or the first metric where nothing else is said.
        sorted: query.sorts.length > 0 || api === 'v2',
        filters: describeFilters(query.filters),
        notes: [...notes, ...grainNotes(args), ...warnings, ...missing],
        ...(args.formatted === true && { format: 'formatted' }),
      },
    };
  });
};

/** What is to be said of a grain that not every release has. */
export function grainNotes({ granularity }: ToolArguments): string[] {
  if (typeof granularity !== 'string' || granularities.includes(granularity)) return [];
  return [`granularity ${granularity} was passed on as it is: check that the dates below have that grain.`];
}

/** Values of a dimension that are looked at for one that is not there. */
const MOST_VALUES = 100;

/** Which of the texts that a query asked for are not there, and what is like them. */
async function missingValues(
  doubtful: readonly ComparedText[],
  index: FieldIndex,
  args: ToolArguments,
  context: ToolContext,
): Promise<string[]> {
  const asked = doubtful.slice(0, 3);
  const notes = await Promise.all(
    asked.map(async ({ fieldId, value }) => {
      const field = index.fields.get(fieldId);
      if (field === undefined || field.kind !== 'dimension') return undefined;
      const projectUuid = String(args.projectUuid);
      const valuesWith = async (search: string) => {
        const question = fieldValuesRequest({ projectUuid, fieldId, table: field.table, search, limit: MOST_VALUES });
        const found = await runQuery(question, context).catch((error: unknown) => {
          if (error instanceof LightdashError && !context.signal.aborted) return undefined;
          throw error;
        });
        return found?.state === 'ready' ? fieldValuesOf(found.results, fieldId).map(String) : undefined;
      };
      const all = await valuesWith('');
      if (all === undefined || all.length === 0 || all.includes(value)) return undefined;
      // Of a dimension with many values only some came: whether this is one of the others has to be asked.
      if (all.length >= MOST_VALUES && (await valuesWith(value))?.includes(value) !== false) return undefined;
      const nearest = nearestValues(value, all);
      const instead = nearest.length > 0 ? nearest : all.slice(0, 8);
      return `${fieldId} has no value "${value}"; ${nearest.length > 0 ? 'nearest' : 'it has'}: ${instead.join(', ')}.`;
    }),
  );
  return notes.filter((note) => note !== undefined);
}

const totals: ToolHandler = async (operation, written, context) => {
  const { index, query, notes, args } = await prepare(written, context);
  const { results } = await context.execute(operation, args);
  const fields = fieldsOfQuery(index, query);
  const text = renderTotals(results, {
    of: query.exploreName,
    filters: describeFilters(query.filters),
    notes,
    fields,
  });
  return { text, data: results };
};

/** Newer servers wrap the SQL in an object. */
const compiled = z.union([z.string(), z.looseObject({ query: z.string() }).transform(({ query }) => query)]);

const compile: ToolHandler = async (operation, written, context) => {
  const { notes, args } = await prepare(written, context);
  const { results } = await context.execute(operation, args);
  const sql = compiled.safeParse(results).data;
  if (sql === undefined) throw new ServerFaultError('Lightdash gave no SQL back.');
  return { text: [...notes.map((note) => `Note: ${note}`), sql].join('\n'), data: { sql } };
};

const exportSheet: ToolHandler = async (operation, written, context) => {
  const { notes, args } = await prepare(written, context);
  const { results } = await context.execute(operation, args);
  const follow = `The export runs as job ${jobIdOf(results) ?? '?'}; get_scheduler_job_status tells when the sheet is ready, and its address.`;
  return { text: [...notes.map((note) => `Note: ${note}`), follow].join('\n'), data: results };
};

const sql: ToolHandler = async (_operation, { projectUuid, sql: text }, context) => {
  const { maxLimit } = await context.server.get();
  const question = sqlRequest({ projectUuid: String(projectUuid), sql: String(text) }, maxLimit);
  return answerQuery(question, context, ({ results, api, warnings }) => {
    const table = readResultTable(results);
    // Newer servers cut v1's answers at their limit without a word; older ones have none.
    const isLimited = api === 'v2' || table.rows.length === maxLimit;
    return { table, renderOptions: { title: 'the SQL query', notes: warnings, ...(isLimited && { limit: maxLimit }) } };
  });
};

const explore: ToolHandler = async (_operation, { projectUuid, exploreId, search, tables }, context) => {
  const ask: ToolContext['read'] = async (operation, args) => (await context.execute(operation, args)).results;
  const index = await exploreOf(ask, projectUuid, String(exploreId));
  const wanted = Array.isArray(tables) ? tables.map(String) : undefined;
  const text = renderExplore(index, {
    search: typeof search === 'string' ? search : undefined,
    tables: wanted,
    budget: context.budget,
  });
  return { text, data: { name: index.name, fields: [...index.fields.values()].filter((field) => !field.hidden) } };
};

const rendered =
  (render: (results: unknown, args: ToolArguments, context: ToolContext) => string): ToolHandler =>
  async (operation, args, context) => {
    const { results } = await context.execute(operation, args);
    return { text: render(results, args, context), data: results };
  };

/** What the query tools do instead of passing arguments and answers on, by operation. */
export const queryHandlers: Readonly<Record<string, ToolHandler>> = {
  RunMetricQuery: runMetricQuery,
  postRunUnderlyingDataQuery: runMetricQuery,
  CalculateTotalFromQuery: totals,
  CompileQuery: compile,
  uploadGsheet: exportSheet,
  RunSqlQuery: sql,
  GetExplore: explore,
  GetExplores: rendered((results, _args, { budget }) => renderExplores(results, budget)),
  getCatalog: rendered((results, _args, { budget }) => renderCatalog(results, { budget })),
  getMetricsCatalog: rendered((results, _args, { budget }) => renderMetricsCatalog(results, { budget, uuids: true })),
};

const reads = { readOnly: true, destructive: false, idempotent: true } as const;

/** Looks for fields over all explores at once. */
export const findFields: Tool = {
  name: 'find_fields',
  title: 'Find fields',
  description:
    'Searches the dimensions and metrics of all explores by words, best first: where to begin with a question.',
  toolset: 'query',
  ...reads,
  input: () => ({ projectUuid: project(), words: z.string().min(1) }),
  async run({ projectUuid, words }, context) {
    const { explores, unreadable } = await allExplores(context.read, projectUuid);
    const asked = String(words);
    const found = createFieldFinder(explores)(asked);
    const gaps =
      unreadable.length > 0 ? `\nNot searched, because they could not be read: ${unreadable.join(', ')}.` : '';
    return {
      text: renderFoundFields(found, asked, context.budget) + gaps,
      data: found.map(({ field, explores: names }) => ({ explores: names, ...field })),
    };
  },
};

/** Distinct values of a dimension, for filters. */
export const searchValues: Tool = {
  name: 'search_field_values',
  title: 'Find values of a field',
  description: 'Distinct values of a dimension that contain a text: what to filter by.',
  toolset: 'query',
  ...reads,
  input: () => ({
    projectUuid: project(),
    exploreId: exploreName(),
    field: z.string().min(1),
    search: z.string().default(''),
    limit: z.int().min(1).max(5_000).default(50),
  }),
  async run({ projectUuid, exploreId, field: written, search, limit }, context) {
    const index = await exploreOf(context.read, projectUuid, String(exploreId));
    const found = resolveField(index, String(written), 'dimension');
    if ('problem' in found) throw new ArgumentsError([found.problem]);
    const { field } = found;
    if (field.kind !== 'dimension')
      throw new ArgumentsError([`field: ${field.id} is a ${field.kind}; only dimensions have values to search`]);
    const question = fieldValuesRequest({
      projectUuid: String(projectUuid),
      fieldId: field.id,
      table: field.table,
      search: String(search),
      limit: Number(limit),
    });
    const outcome = await runQuery(question, context);
    if (outcome.state === 'running') {
      const { table } = field;
      const describe: Describe = ({ results }) => ({
        table: readResultTable({ rows: fieldValuesOf(results, field.id).map((value) => ({ [field.id]: value })) }),
        renderOptions: { title: `values of ${field.id} in ${table}`, limit: Number(limit) },
      });
      context.pending.put({ started: outcome.started, what: question.label, describe });
      return stillRunning(question.label, outcome.started);
    }
    const all = fieldValuesOf(outcome.results, field.id);
    const containing = search === '' ? '' : ` that contain "${plainText(String(search))}"`;
    const more = all.length >= Number(limit) ? `, limit ${String(limit)} reached: there may be more` : '';
    const head =
      all.length === 0
        ? `No values of ${field.id}${containing}.`
        : `${all.length} values of ${field.id}${containing}${more}:`;
    return {
      text: [head, ...all.map((value) => (value === null ? '(null)' : plainText(String(value))))].join('\n'),
      data: all,
      rows: all.length,
    };
  },
};
