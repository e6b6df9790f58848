import { chartKindName } from '../../charts/config/chart-kinds.ts';
import { readSqlChart } from '../../charts/config/sql-chart.ts';
import { changed, pluralize } from '../../text/format.ts';
import { finite, isObject, type JsonObject, text } from '../../text/json.ts';
import { plainText, truncate } from '../../text/plain-text.ts';
import type { ToolContext } from '../tool.ts';

/** An SQL chart in a few lines: kind, place, link, layout. */
export function describeSqlChart(
  chart: JsonObject,
  projectUuid: string,
  context: Pick<ToolContext, 'lightdash'>,
): string {
  const { fieldConfig } = readSqlChart(chart.config);
  const space = isObject(chart.space) ? text(chart.space.name) : undefined;
  const parts = [
    ...(fieldConfig?.x ? [`x ${fieldConfig.x.reference}`] : []),
    ...((fieldConfig?.y ?? []).length > 0 ? [`y ${fieldConfig?.y?.map(({ reference }) => reference).join(', ')}`] : []),
    ...((fieldConfig?.groupBy ?? []).length > 0
      ? [`split by ${fieldConfig?.groupBy?.map(({ reference }) => reference).join(', ')}`]
      : []),
  ];
  return [
    `"${text(chart.name) ?? '?'}" (${chartKindName(readSqlChart(chart.config).type)}), in space ${space ?? '?'}; savedSqlUuid ${text(chart.savedSqlUuid) ?? '?'}.`,
    `Open: ${context.lightdash.pageUrl(`/projects/${projectUuid}/sql-runner/${text(chart.slug) ?? ''}`)}`,
    ...(parts.length > 0 ? [`Layout: ${parts.join('; ')}.`] : []),
  ]
    .map(plainText)
    .join('\n');
}

const MAX_SQL_LENGTH = 8_000;

/** An SQL chart with its SQL: of `GET …/sqlRunner/saved/{savedSqlUuid}`. */
export function renderSqlChart(
  chart: JsonObject,
  projectUuid: string,
  context: Pick<ToolContext, 'lightdash'>,
): string {
  const description = text(chart.description);
  const last = changed(chart.lastUpdatedAt, chart.lastUpdatedBy);
  const limit = finite(chart.limit);
  const lines = [
    ...(description ? [truncate(description, 1_000)] : []),
    ...(last ? [`Last changed ${last}.`] : []),
    ...(limit === undefined ? [] : [`At most ${pluralize(limit, 'row')}.`]),
    'SQL:',
    truncate(text(chart.sql) ?? '', MAX_SQL_LENGTH),
  ];
  return [`SQL chart ${describeSqlChart(chart, projectUuid, context)}`, ...lines.map(plainText)].join('\n');
}
