import * as z from 'zod';
import { LightdashError, ServerFaultError } from '../lightdash/errors.ts';
import { exploreId as exploreName, projectUuid as project } from '../operations/fields.ts';
import { searchFieldValues } from '../operations/unlisted.ts';
import { allExplores, exploreOf } from '../query/explores.ts';
import type { FieldIndex } from '../query/field.ts';
import { describeFilters } from '../query/filter-words.ts';
import { createFieldFinder } from '../query/find-fields.ts';
import { buildMetricQuery, fieldsOfQuery, type MetricQuery } from '../query/metric-query.ts';
import { comparedTexts, nearestValues } from '../query/nearest-values.ts';
import { resolveField } from '../query/resolve.ts';
import { readResult } from '../query/result-table.ts';
import { serverFacts } from '../query/server-facts.ts';
import { renderCatalog, renderMetricsCatalog } from '../render/catalog.ts';
import { renderExplore } from '../render/explore.ts';
import { renderExplores, renderFoundFields } from '../render/explore-list.ts';
import { renderRows } from '../render/rows.ts';
import { plainText } from '../render/text.ts';
import { ArgumentsError } from './arguments.ts';
import { exportCsv, jobIdOf } from './jobs.ts';
import type { Behaviour } from './operation-tool.ts';
import type { StoredResult, Tool, ToolAnswer, ToolArguments, ToolContext } from './tool.ts';

interface Prepared {
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
async function prepare(args: ToolArguments, context: ToolContext): Promise<Prepared> {
  const [index, { maxLimit }] = await Promise.all([
    exploreOf(context.read, args.projectUuid, String(args.exploreId)),
    serverFacts(context.read),
  ]);
  const built = buildMetricQuery(index, args, { maxLimit });
  if (!built.ok) throw new ArgumentsError(built.problems);
  const { query, notes } = built;
  const { exploreName: exploreId, ...parts } = query;
  return { index, query, notes, args: { ...args, exploreId, ...parts } };
}

/** Renders a result inside the budget and keeps it, if it is not all shown, for reading on. */
export function answerWithRows(
  { table, about }: StoredResult,
  context: Pick<ToolContext, 'budget' | 'results'>,
): ToolAnswer {
  const data = { columns: table.columns.map(({ id }) => id), rows: table.rows };
  const whole = renderRows(table, { ...about, budget: context.budget });
  if (!whole.more) return { text: whole.text, data, rows: table.rows.length };
  const resultId = context.results.put({ table, about }, table.rows.length * table.columns.length);
  const head = renderRows(table, { ...about, budget: context.budget, resultId });
  const links = [
    { uri: `lightdash://results/${resultId}`, name: `All ${table.rows.length} rows as CSV`, mimeType: 'text/csv' },
  ];
  return { text: head.text, data: { resultId, ...data }, links, rows: head.shown };
}

const runQuery: Behaviour = async (operation, written, context) => {
  const { index, query, notes, args } = await prepare(written, context);
  const { results } = await context.perform(operation, args);
  const table = readResult(results, undefined, fieldsOfQuery(index, query));
  const missing = table.rows.length === 0 ? await missingValues(query, index, args, context) : [];
  return answerWithRows(
    {
      table,
      about: {
        of: query.exploreName,
        limit: query.limit,
        sorted: query.sorts.length > 0,
        filters: describeFilters(query.filters),
        notes: [...notes, ...missing],
        ...(args.format === 'formatted' && { format: 'formatted' }),
      },
    },
    context,
  );
};

const values = z.looseObject({ results: z.array(z.unknown()).catch([]) }).catch({ results: [] });

/** For a query without rows: which of the texts it asked for are not there, and what is like them. */
async function missingValues(
  query: MetricQuery,
  index: FieldIndex,
  args: ToolArguments,
  context: ToolContext,
): Promise<string[]> {
  const asked = comparedTexts(query.filters).slice(0, 3);
  const notes = await Promise.all(
    asked.map(async ({ fieldId, value }) => {
      const field = index.fields.get(fieldId);
      if (field === undefined || field.kind !== 'dimension') return undefined;
      const search = { projectUuid: args.projectUuid, fieldId, table: field.table, search: '', limit: 100 };
      const found = await context.read(searchFieldValues, search).catch((error: unknown) => {
        if (error instanceof LightdashError) return undefined;
        throw error;
      });
      const all = values.parse(found).results.map(String);
      if (all.length === 0 || all.includes(value)) return undefined;
      const nearest = nearestValues(value, all);
      const instead = nearest.length > 0 ? nearest : all.slice(0, 8);
      return `${fieldId} has no value "${value}"; ${nearest.length > 0 ? 'nearest' : 'it has'}: ${instead.join(', ')}.`;
    }),
  );
  return notes.filter((note) => note !== undefined);
}

const totals: Behaviour = async (operation, written, context) => {
  const { index, query, notes, args } = await prepare(written, context);
  const { results } = await context.perform(operation, args);
  const fields = fieldsOfQuery(index, query);
  const lines = Object.entries(z.record(z.string(), z.unknown()).catch({}).parse(results)).map(([id, value]) => {
    const label = fields.get(id)?.label;
    return `${id}${label ? ` (${plainText(label)})` : ''}: ${String(value)}`;
  });
  const filters = describeFilters(query.filters);
  const under = filters.length > 0 ? `, filters: ${filters.join('; ')}` : '';
  const head =
    lines.length === 0
      ? 'No totals: the query has no metrics.'
      : `Totals over all rows of ${query.exploreName}${under}:`;
  return { text: [head, ...notes.map((note) => `Note: ${note}`), ...lines].join('\n'), data: results };
};

/** Newer servers wrap the SQL in an object. */
const compiled = z.union([z.string(), z.looseObject({ query: z.string() }).transform(({ query }) => query)]);

const compile: Behaviour = async (operation, written, context) => {
  const { notes, args } = await prepare(written, context);
  const { results } = await context.perform(operation, args);
  const sql = compiled.safeParse(results).data;
  if (sql === undefined) throw new ServerFaultError('Lightdash gave no SQL back.');
  return { text: [...notes.map((note) => `Note: ${note}`), sql].join('\n'), data: { sql } };
};

const exportQuery: Behaviour = async (operation, written, context) => {
  const { notes, args } = await prepare(written, context);
  const answer = await exportCsv(operation, args, context);
  return { ...answer, text: [...notes.map((note) => `Note: ${note}`), answer.text].join('\n') };
};

const exportSheet: Behaviour = async (operation, written, context) => {
  const { notes, args } = await prepare(written, context);
  const { results } = await context.perform(operation, args);
  const follow = `The export runs as job ${jobIdOf(results) ?? '?'}; get_scheduler_job_status tells when the sheet is ready, and its address.`;
  return { text: [...notes.map((note) => `Note: ${note}`), follow].join('\n'), data: results };
};

const sql: Behaviour = async (operation, args, context) => {
  const { results } = await context.perform(operation, args);
  return answerWithRows({ table: readResult(results), about: { of: 'the SQL query' } }, context);
};

const explore: Behaviour = async (_operation, { projectUuid, exploreId, search, tables }, context) => {
  const ask: ToolContext['read'] = async (operation, args) => (await context.perform(operation, args)).results;
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
  (render: (results: unknown, args: ToolArguments, context: ToolContext) => string): Behaviour =>
  async (operation, args, context) => {
    const { results } = await context.perform(operation, args);
    return { text: render(results, args, context), data: results };
  };

/** What the query tools do instead of passing arguments and answers on, by operation. */
export const queryBehaviours: Readonly<Record<string, Behaviour>> = {
  RunMetricQuery: runQuery,
  postRunUnderlyingDataQuery: runQuery,
  CalculateTotalFromQuery: totals,
  CompileQuery: compile,
  DownloadCsvFromExplore: exportQuery,
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
    'Searches the dimensions and metrics of all explores for words: where to begin with a question. Answers explore, field id, label, type, description, best first.',
  toolset: 'query',
  ...reads,
  input: () => ({ projectUuid: project(), words: z.string().min(1).describe('e.g. monthly revenue by plan') }),
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
  description: 'The distinct values of a dimension that contain a text: what to write into a filter.',
  toolset: 'query',
  ...reads,
  input: () => ({
    projectUuid: project(),
    exploreId: exploreName(),
    field: z.string().min(1).describe('Field id of a text dimension'),
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
    const { results } = await context.perform(searchFieldValues, {
      projectUuid,
      fieldId: field.id,
      table: field.table,
      search,
      limit,
    });
    const all = values.parse(results).results;
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

/** The rest of a result, from memory. */
export const getQueryResult: Tool = {
  name: 'get_query_result',
  title: 'Read on in a result',
  description: 'More rows of a result that did not fit, without running it again. Results are kept for half an hour.',
  toolset: 'query',
  ...reads,
  input: () => ({ resultId: z.string().min(1), offset: z.int().min(0).default(0).describe('Rows to skip') }),
  async run({ resultId, offset }, { results, budget }) {
    const stored = results.get(String(resultId));
    if (stored === undefined) {
      throw new ArgumentsError([
        `resultId ${String(resultId)} is not kept any more (20 results, half an hour); run the query again`,
      ]);
    }
    const { table, about } = stored;
    const page = renderRows(table, { ...about, budget, offset: Number(offset), resultId: String(resultId) });
    return { text: page.text, data: table.rows.slice(Number(offset)), rows: page.shown };
  },
};
