import { refuseParameters } from '../../query/execution/query-parameters.ts';
import { metricQueryRequest } from '../../query/execution/query-requests.ts';
import { comparedTexts } from '../../query/filters/compared-texts.ts';
import { text } from '../../text/json.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import { prepareQuery } from '../query/prepare-query.ts';
import { verifyValues } from '../query/verify-values.ts';
import { runForRelease } from '../release-fallback.ts';
import type { FileLayout } from '../tool.ts';
import { fileByJob, fileByQuery } from './csv-file.ts';
import { rowLimit } from './row-limit.ts';

const exportQuery: ToolHandler<'DownloadCsvFromExplore'> = async (operation, written, context) => {
  const { notes, args, query, index } = await prepareQuery(written, context);
  const verification = verifyValues({ ...args, index }, comparedTexts(index, query), context);
  const answer = await runForRelease(context, {
    older() {
      refuseParameters({ written: args.parameters });
      return fileByJob(operation, args, context);
    },
    async newer() {
      const limit = (await rowLimit(args.csvLimit, query, context)) ?? query.limit;
      const calculations = query.tableCalculations.flatMap(({ name }) => text(name) ?? []);
      const columnOrder = args.columnOrder ?? [...query.dimensions, ...query.metrics, ...calculations];
      const file = await fileByQuery(metricQueryRequest({ ...args, limit }), layoutOf(args, columnOrder), context);
      return args.pivotColumns?.length ? { ...file, text: `${NOT_PIVOTED}\n${file.text}` } : file;
    },
  }).finally(verification.end);
  const missing = await verification.notes(undefined, context);
  return { ...answer, text: [...[...notes, ...missing].map((note) => `Note: ${note}`), answer.text].join('\n') };
};

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

export const exportQueryHandlers = { DownloadCsvFromExplore: exportQuery } satisfies ToolHandlers;
