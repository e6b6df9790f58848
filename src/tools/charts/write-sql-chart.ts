import * as z from 'zod';
import { chartKindName } from '../../charts/config/chart-kinds.ts';
import { LookError, type LookRequest } from '../../charts/config/look.ts';
import {
  readSqlChart,
  type SqlChartConfig,
  type SqlColumn,
  sqlLook,
  writeSqlChart,
} from '../../charts/config/sql-chart.ts';
import { readCell } from '../../lightdash/rows/cell.ts';
import { projectUuid as project } from '../../operations/fields.ts';
import {
  createSqlChart as createRoute,
  savedSqlChart,
  updateSqlChart as updateRoute,
} from '../../operations/routes/content-writing.ts';
import { sqlRequest } from '../../query/execution/query-requests.ts';
import { readResultTable } from '../../query/execution/result-table.ts';
import { runQuery } from '../../query/execution/run-query.ts';
import { pluralize } from '../../text/format.ts';
import { finite, isObject, type JsonObject, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { accessChangeOfMove, confirmAccessChange } from '../access/access-change.ts';
import { ArgumentsError } from '../arguments.ts';
import { findSpace, findSqlChart } from '../content/find-content.ts';
import { describeSqlChart } from '../content/render-sql-chart.ts';
import { sameNameNotes } from '../content/same-name.ts';
import { assertSqlChartWrites, sendSqlChart } from '../content/send-sql-chart.ts';
import { defineTool } from '../operation-tool.ts';
import { quoted } from '../preview.ts';
import type { ToolContext } from '../tool.ts';
import { type LookArguments, lookInput, lookRequest } from './chart-draft.ts';

const DEFAULT_LIMIT = 500;
/** Rows that are enough to learn the columns of the SQL. */
const ROWS_FOR_COLUMNS = 50;

/** Saves SQL as a chart. The SQL runs first: Lightdash saves it unseen, and its columns decide the look. */
export const createSqlChart = defineTool({
  name: 'create_sql_chart',
  title: 'Keep SQL as a chart',
  description: 'Runs SQL and keeps it as an SQL chart. show: bar, stacked_bar, line, pie, table, big_number.',
  toolset: 'charts',
  rawSql: 'saves',
  readOnly: false,
  destructive: false,
  idempotent: false,
  input: () => ({
    projectUuid: project(),
    name: z.string().min(1),
    sql: z.string().min(1),
    space: z.string().min(1).describe('Name or uuid'),
    description: z.string().optional(),
    limit: z.int().min(1).default(DEFAULT_LIMIT),
    ...lookInput(),
  }),
  async run({ projectUuid, name, sql, space, description, limit, ...look }, context) {
    const [columns, found] = await Promise.all([
      columnsOf(projectUuid, sql, context),
      findSpace(space, projectUuid, context),
    ]);
    const body = {
      name,
      description: description ?? null,
      sql,
      limit,
      config: configured(lookRequest(look), columns),
      spaceUuid: found.uuid,
    };
    const { results } = await sendSqlChart(context, createRoute, { projectUuid, body });
    const savedSqlUuid = text(isObject(results) ? results.savedSqlUuid : undefined) ?? '';
    const chart = await read(projectUuid, savedSqlUuid, context);
    const savedChart = { name, uuid: savedSqlUuid, spaceUuid: found.uuid };
    const ofName = await sameNameNotes('chart', savedChart, projectUuid, context);
    const lines = [
      `Saved the SQL chart ${describeSqlChart(chart, projectUuid, context)}`,
      `At most ${pluralize(finite(chart.limit) ?? limit, 'row')}.`,
      ...ofName.map((note) => `Note: ${note}`),
      `delete_chart ${JSON.stringify({ chartUuid: savedSqlUuid })} takes it back.`,
    ];
    return { text: lines.join('\n'), data: chart };
  },
});

/** Changes an SQL chart. */
export const updateSqlChart = defineTool({
  name: 'update_sql_chart',
  title: 'Change an SQL chart',
  description: 'Changes an SQL chart: name, space, SQL, limit, look.',
  toolset: 'charts',
  rawSql: 'saves',
  readOnly: false,
  destructive: false,
  idempotent: true,
  input: () => ({
    projectUuid: project(),
    sqlChart: z.string().min(1).describe('Name or uuid'),
    name: z.string().min(1).optional(),
    sql: z.string().min(1).optional(),
    space: z.string().min(1).optional(),
    description: z.string().optional(),
    limit: z.int().min(1).optional(),
    ...lookInput(),
  }),
  async preview({ projectUuid: project, sqlChart, space }, context) {
    if (typeof space !== 'string') return undefined;
    await assertSqlChartWrites(context);
    const projectUuid = String(project);
    const { uuid, name } = await findSqlChart(String(sqlChart), projectUuid, context);
    const target = await findSpace(space, projectUuid, context);
    const before = await read(projectUuid, uuid, context);
    return confirmAccessChange(projectUuid, `the SQL chart ${quoted(name)}`, spaceOf(before), target, context);
  },
  async run({ projectUuid, sqlChart, ...changes }, context) {
    const { uuid } = await findSqlChart(sqlChart, projectUuid, context);
    const before = await read(projectUuid, uuid, context);
    const body = await changedBody(changes, before, projectUuid, context);
    await sendSqlChart(context, updateRoute, { projectUuid, savedSqlUuid: uuid, body });
    const chart = await read(projectUuid, uuid, context);
    const accessChange = await accessChangeOfMove(projectUuid, spaceOf(before), spaceOf(chart), context);
    const lines = [
      `${isSame(before, chart) ? 'Nothing changed, it was so already:' : 'Changed'} the SQL chart ${describeSqlChart(chart, projectUuid, context)}`,
      ...changesOf(before, chart),
      ...(accessChange ? [accessChange.text] : []),
    ];
    return { text: lines.join('\n'), data: chart };
  },
});

/** The parts of an SQL chart that a call changes. */
interface SqlChartChanges extends LookArguments {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly space?: string | undefined;
  readonly sql?: string | undefined;
  readonly limit?: number | undefined;
}

const spaceOf = ({ space }: JsonObject) => (isObject(space) ? text(space.uuid) : undefined);

/** Both parts of a body have to be whole: what the arguments leave out is sent as it is. */
async function changedBody(
  { name, description, space, sql, limit, ...written }: SqlChartChanges,
  before: JsonObject,
  projectUuid: string,
  context: ToolContext,
): Promise<JsonObject> {
  const look = lookRequest(written);
  const isLookGiven = Object.values(look).some((part) => part !== undefined);
  const target = space === undefined ? undefined : await findSpace(space, projectUuid, context);
  const isRenamed = name !== undefined || description !== undefined || target !== undefined;
  const isVersioned = sql !== undefined || limit !== undefined || isLookGiven;
  return {
    ...(isRenamed && {
      unversionedData: {
        name: name ?? before.name,
        description: description ?? before.description ?? null,
        spaceUuid: target?.uuid ?? spaceOf(before),
      },
    }),
    ...(isVersioned && {
      versionedData: {
        sql: sql ?? before.sql,
        limit: limit ?? before.limit,
        config: await changedConfig({ sql, look, isLookGiven }, before, projectUuid, context),
      },
    }),
  };
}

/** The configuration stays as it is, unless a look is given or the SQL no longer has its columns. */
async function changedConfig(
  {
    sql,
    look,
    isLookGiven,
  }: { readonly sql: string | undefined; readonly look: LookRequest; readonly isLookGiven: boolean },
  before: JsonObject,
  projectUuid: string,
  context: ToolContext,
): Promise<unknown> {
  if (sql === undefined && !isLookGiven) return before.config;
  const columns = await columnsOf(projectUuid, sql ?? text(before.sql) ?? '', context);
  const config = readSqlChart(before.config);
  if (!isLookGiven && fits(config, columns)) return before.config;
  const lookParts = Object.fromEntries(Object.entries(look).filter(([, part]) => part !== undefined));
  return configured(
    {
      ...sqlLook(
        config,
        columns.map(({ name }) => name),
      ),
      ...lookParts,
    },
    columns,
    config,
  );
}

/** All columns that a configuration names are in the result. */
function fits({ fieldConfig }: SqlChartConfig, columns: readonly SqlColumn[]): boolean {
  const used = [fieldConfig?.x, ...(fieldConfig?.y ?? []), ...(fieldConfig?.groupBy ?? [])].flatMap(
    (item) => item?.reference ?? [],
  );
  return used.every((name) => columns.some((column) => column.name === name));
}

/** The columns of an SQL statement, learned by running it. @throws {ArgumentsError} if it does not end in time. */
async function columnsOf(projectUuid: string, sql: string, context: ToolContext): Promise<readonly SqlColumn[]> {
  const outcome = await runQuery(sqlRequest({ projectUuid, sql }, ROWS_FOR_COLUMNS), context);
  if (outcome.state !== 'ready')
    throw new ArgumentsError([
      'sql: it runs longer than a call may take, and was not saved; its columns are not known before it ends',
    ]);
  const table = readResultTable(outcome.results);
  const sample = table.rows.slice(0, ROWS_FOR_COLUMNS);
  return table.columns.map(({ id, valueType }) => {
    const values = [...sample]
      .map((row) => readCell(row[id]).raw)
      .filter((value) => value !== null && value !== undefined);
    const isNumber =
      values.length > 0 &&
      values.every(
        (value) => typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)),
      );
    const isDate =
      values.length > 0 && values.every((value) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value));
    return {
      name: id,
      isNumeric: valueType === 'number' || isNumber,
      isTime: valueType === 'date' || valueType === 'timestamp' || isDate,
    };
  });
}

function configured(request: LookRequest, columns: readonly SqlColumn[], previous?: SqlChartConfig): SqlChartConfig {
  try {
    return writeSqlChart(request, columns, previous);
  } catch (error) {
    if (error instanceof LookError) throw new ArgumentsError([error.message]);
    throw error;
  }
}

async function read(projectUuid: string, savedSqlUuid: string, { execute }: ToolContext): Promise<JsonObject> {
  const { results } = await execute(savedSqlChart, { projectUuid, savedSqlUuid });
  return isObject(results) ? results : {};
}

const isSame = (before: JsonObject, after: JsonObject): boolean =>
  changesOf(before, after).length === 0 && JSON.stringify(before.config) === JSON.stringify(after.config);

/** The differences; the former values are what takes the change back, for SQL charts have no versions to roll back to. */
function changesOf(before: JsonObject, after: JsonObject): readonly string[] {
  const spaceOf = ({ space }: JsonObject) => (isObject(space) ? text(space.name) : undefined);
  const kindOf = ({ config }: JsonObject) => chartKindName(readSqlChart(config).type);
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['name', before.name, after.name],
    ['description', before.description, after.description],
    ['space', spaceOf(before), spaceOf(after)],
    ['sql', before.sql, after.sql],
    ['limit', before.limit, after.limit],
    ['kind', kindOf(before), kindOf(after)],
  ];
  return pairs.flatMap(([name, from, to]) =>
    from === to ? [] : [plainText(`- ${name} ${String(from ?? 'none')} -> ${String(to ?? 'none')}`)],
  );
}
