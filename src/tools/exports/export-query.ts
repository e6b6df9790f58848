import { fieldsOfQuery } from '../../query/builder/metric-query.ts';
import { overlapNotes } from '../../query/builder/overlap-notes.ts';
import { refuseParameters } from '../../query/execution/query-parameters.ts';
import { metricQueryRequest } from '../../query/execution/query-requests.ts';
import { readResultTable } from '../../query/execution/result-table.ts';
import { finite } from '../../text/json.ts';
import { fileFolder } from '../files/saved-file.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { prepareQuery, zoneNotes } from '../query/prepare-query.ts';
import { startQueryNotes } from '../query/query-notes.ts';
import { runForRelease } from '../release-fallback.ts';
import type { FileLayout, FileNotes } from '../tool.ts';
import { columnsOf, refuseUnknownColumns, summaryOf, unusedLayoutNotes } from './columns.ts';
import { fileByJob, fileByQuery } from './csv-file.ts';
import { rawBooleanNotes } from './raw-booleans.ts';
import { limitOfFile, rowLimit } from './row-limit.ts';

const exportQuery: ToolHandler<'DownloadCsvFromExplore'> = async (operation, written, context) => {
  const save = written.save
    ? { folder: fileFolder(context), title: written.chartName ?? written.exploreId }
    : undefined;
  const prepared = await prepareQuery(written, context);
  const { notes, query, index, filters } = prepared;
  refuseUnknownColumns(written, columnsOf(query));
  // Headings are labels, which two fields may share.
  const labels = [...query.dimensions, ...query.metrics].map((id) => index.fields.get(id)?.label);
  const isAmbiguous = new Set(labels).size < labels.length;
  const args = isAmbiguous ? { ...prepared.args, showTableNames: true } : prepared.args;
  const fields = fieldsOfQuery(index, query);
  const { projectUuid, parameters } = args;
  const noted = { index: { ...index, fields }, query, projectUuid, parameters };
  const queryNotes = await startQueryNotes(noted, context);
  let hasRowNotes = false;
  const notesOf: FileNotes = async (results, later) => {
    hasRowNotes = true;
    const table = readResultTable(results, undefined, fields);
    // Rows after the first page are not seen: a period without any of these may have one there.
    const isPart = (finite(results.totalResults) ?? 0) > table.rows.length;
    const limit = isPart ? table.rows.length : Math.max(query.limit, table.rows.length + 1);
    const ran = { ...noted, query: { ...query, limit } };
    return [...zoneNotes(results, query, index), ...(await queryNotes.notes(table, later, ran))];
  };
  const run = runForRelease(context, {
    older() {
      refuseParameters({ written: args.parameters });
      return fileByJob(operation, args, context, limitOfFile(args.csvLimit, query), save);
    },
    async newer() {
      const limit = (await rowLimit(args.csvLimit, query, context)) ?? query.limit;
      const columnOrder = args.columnOrder ?? columnsOf(query);
      return fileByQuery(
        metricQueryRequest({ ...args, limit }),
        { layout: layoutOf(args, columnOrder), save, notesOf },
        context,
      );
    },
  });
  run.catch(queryNotes.end);
  const answer = await run;
  const valueNotes = hasRowNotes ? [] : await queryNotes.notes(undefined, context);
  queryNotes.end();
  const hidden = args.hiddenFields ?? [];
  const selected = columnsOf(query);
  const columns = selected.filter((id) => !hidden.includes(id));
  const shown = columns.map((id) => fields.get(id));
  const lines = [
    answer.text,
    summaryOf(args.exploreId, columns, filters),
    ...[
      ...notes,
      ...overlapNotes({ ...index, fields }, query),
      ...limitNotes(written),
      ...(args.pivotColumns?.length ? [NOT_PIVOTED] : []),
      ...unusedLayoutNotes(args, selected),
      ...valueNotes,
      ...rawBooleanNotes(shown, args.onlyRaw),
    ].map((note) => `Note: ${note}`),
  ];
  return { ...answer, text: lines.join('\n') };
};

/** Neither the job of v1 nor the file of v2 is pivoted by it. */
const NOT_PIVOTED =
  'pivotColumns has no effect on this release: the file has one row for each combination of its dimensions.';

/** A note if two arguments limit the rows: that of the file wins, as in v1. */
function limitNotes({ limit, csvLimit }: ExportArguments): readonly string[] {
  if (csvLimit === undefined || limit === undefined || limit === csvLimit) return [];
  return [`the rows are limited by csvLimit (${csvLimit ?? 'null, all rows'}), not by limit (${limit}).`];
}

type ExportArguments = Parameters<typeof exportQuery>[1];

function layoutOf(args: ExportArguments, columnOrder: readonly string[]): FileLayout {
  const { onlyRaw, showTableNames, customLabels, hiddenFields, chartName } = args;
  return {
    onlyRaw,
    showTableNames,
    columnOrder,
    ...(customLabels && { customLabels }),
    ...(hiddenFields && { hiddenFields }),
    ...(chartName !== undefined && { attachmentDownloadName: chartName }),
  };
}

/** Handler of a query's rows as a file. */
export const exportQueryHandlers = { DownloadCsvFromExplore: exportQuery } satisfies ToolHandlers;
