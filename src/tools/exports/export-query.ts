import { fieldsOfQuery, type MetricQuery } from '../../query/builder/metric-query.ts';
import { refuseParameters } from '../../query/execution/query-parameters.ts';
import { metricQueryRequest } from '../../query/execution/query-requests.ts';
import { text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import { fileFolder } from '../files/saved-file.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { prepareQuery } from '../query/prepare-query.ts';
import { verifyValues } from '../query/verify-values.ts';
import { runForRelease } from '../release-fallback.ts';
import type { FileLayout } from '../tool.ts';
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
  const verification = await verifyValues({ index: { ...index, fields }, query, projectUuid, parameters }, context);
  const answer = await runForRelease(context, {
    older() {
      refuseParameters({ written: args.parameters });
      return fileByJob(operation, args, context, limitOfFile(args.csvLimit, query.limit), save);
    },
    async newer() {
      const limit = (await rowLimit(args.csvLimit, query, context)) ?? query.limit;
      const columnOrder = args.columnOrder ?? columnsOf(query);
      const file = await fileByQuery(
        metricQueryRequest({ ...args, limit }),
        { layout: layoutOf(args, columnOrder), save },
        context,
      );
      return args.pivotColumns?.length ? { ...file, text: `${file.text}\n${NOT_PIVOTED}` } : file;
    },
  }).finally(verification.end);
  const valueNotes = await verification.notes(undefined, context);
  const hidden = args.hiddenFields ?? [];
  const selected = columnsOf(query);
  const columns = selected.filter((id) => !hidden.includes(id));
  const unselected = hidden.filter((id) => !selected.includes(id));
  const hiddenNotes =
    unselected.length > 0 ? [`hiddenFields names ${unselected.join(', ')}, which the query does not select.`] : [];
  const shown = columns.map((id) => fields.get(id));
  const summary = `Rows of ${args.exploreId} with ${columns.join(', ')}. ${filters.length > 0 ? `Filters: ${filters.join('; ')}.` : 'No filters.'}`;
  const lines = [
    answer.text,
    plainText(summary),
    ...[...notes, ...hiddenNotes, ...valueNotes, ...rawBooleanNotes(shown, args.onlyRaw)].map(
      (note) => `Note: ${note}`,
    ),
  ];
  return { ...answer, text: lines.join('\n') };
};

const columnsOf = ({ dimensions, metrics, tableCalculations }: MetricQuery): readonly string[] => [
  ...dimensions,
  ...metrics,
  ...tableCalculations.flatMap(({ name }) => text(name) ?? []),
];

/** @throws {ArgumentsError} for a column that the query does not select: Lightdash would leave it out of account. */
function refuseUnknownColumns(args: ExportArguments, columns: readonly string[]): void {
  const named = {
    columnOrder: args.columnOrder ?? [],
    pivotColumns: args.pivotColumns ?? [],
  };
  const problems = Object.entries(named).flatMap(([argument, ids]) => {
    const unknown = ids.filter((id) => !columns.includes(id));
    return unknown.length > 0
      ? [`${argument} names ${unknown.join(', ')}; the query selects ${columns.join(', ')}`]
      : [];
  });
  if (problems.length > 0) throw new ArgumentsError(problems);
}

const NOT_PIVOTED =
  'Note: pivotColumns has no effect on this release: the file has one row for each combination of its dimensions.';

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
