import { contentOf, validationUuidOf } from '../../areas/validation.ts';
import type { JsonObject, ValidationError } from '../../store/records.ts';
import type { Store } from '../../store/store.ts';
import { chartKind, latestVersion } from '../charts.ts';
import { fullName } from '../people.ts';

/** One error of a validation, with the content it is in as that is now. */
export function findingView(store: Store, error: ValidationError): JsonObject {
  const { createdAt, projectUuid, errorType, fieldName, tableName, source } = error;
  const content = contentOf(store, error);
  const common = {
    validationUuid: validationUuidOf(error.validationId),
    validationId: null,
    createdAt,
    projectUuid,
    error: error.error,
    errorType,
    source,
    ...(fieldName === undefined ? {} : { fieldName }),
    ...(tableName === undefined ? {} : { tableName }),
    name: content?.name ?? error.name,
  };
  if (!content) return common;
  const { name, spaceUuid } = content;
  if ('tiles' in content) {
    return {
      ...common,
      dashboardUuid: content.uuid,
      dashboardSlug: content.slug,
      dashboardViews: content.views,
      lastUpdatedBy: fullName(store, content.updatedByUserUuid),
      lastUpdatedAt: content.updatedAt,
      spaceUuid,
    };
  }
  const version = latestVersion(content);
  return {
    ...common,
    chartUuid: content.uuid,
    chartViews: content.views,
    chartKind: chartKind(version),
    lastUpdatedBy: fullName(store, version.createdByUserUuid),
    lastUpdatedAt: version.createdAt,
    spaceUuid,
    chartName: name,
  };
}

const MAX_ITEMS = 10;

function affected(store: Store, errors: readonly ValidationError[]): JsonObject[] {
  const items = new Map<string, ValidationError[]>();
  for (const error of errors) {
    const key = `${error.source} ${error.chartUuid ?? error.dashboardUuid ?? error.name}`;
    items.set(key, [...(items.get(key) ?? []), error]);
  }
  return [...items.values()].map((own) => {
    const content = own[0] && contentOf(store, own[0]);
    return {
      uuid: content?.uuid ?? null,
      name: content?.name ?? own[0]?.name,
      source: own[0]?.source,
      views: content?.views ?? 0,
      errorCount: own.length,
    };
  });
}

/** Errors of one kind, table and field together, those with most errors first. */
export function groupedFindings(store: Store, errors: readonly ValidationError[]): JsonObject {
  const groups = new Map<string, ValidationError[]>();
  for (const error of errors) {
    const key = `${error.errorType}:${error.tableName ?? ''}:${error.fieldName ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), error]);
  }
  const summaries = [...groups]
    .sort(([a, errorsA], [b, errorsB]) => errorsB.length - errorsA.length || a.localeCompare(b))
    .map(([groupKey, own]) => {
      const items = affected(store, own);
      const count = (source: string) => items.filter((item) => item.source === source).length;
      return {
        groupKey,
        errorType: own[0]?.errorType,
        tableName: own[0]?.tableName ?? null,
        fieldName: own[0]?.fieldName ?? null,
        errorCount: own.length,
        affectedCharts: count('chart'),
        affectedDashboards: count('dashboard'),
        affectedTables: count('table'),
        affectedDataApps: count('data_app'),
        sampleError: own[0]?.error,
        affectedContent: items.slice(0, MAX_ITEMS),
        hasMoreAffectedContent: items.length > MAX_ITEMS,
      };
    });
  return {
    totalErrors: errors.length,
    totalAffectedItems: affected(store, errors).length,
    groups: summaries,
  };
}
