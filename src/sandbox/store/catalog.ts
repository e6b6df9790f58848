import type { Explore, ExploreField } from '../warehouse/index.ts';
import { isBroken } from './explores.ts';
import type { CatalogItem } from './records.ts';
import { newUuid, type Store } from './store.ts';

/** Fields that the catalog lists: not the hidden ones, and of a date only its grains. */
export function catalogFields(fields: Readonly<Record<string, ExploreField>>): ExploreField[] {
  return Object.values(fields).filter((field) => field.hidden !== true && field.isIntervalBase !== true);
}

/** Fields of an explore's own table, dimensions first. */
export function baseFields(explore: Explore): ExploreField[] {
  const table = explore.tables[explore.baseTable];
  return table ? [...catalogFields(table.dimensions), ...catalogFields(table.metrics)] : [];
}

/**
 * Builds the search index of a project anew, as every change of its explores does: all items get new uuids; tags and icons go with
 * the field's name.
 */
export function renewCatalog(store: Store, projectUuid: string): void {
  const before = new Map<string, CatalogItem>();
  const keyOf = (tableName: string, fieldName: string) => `${tableName} ${fieldName}`;
  for (const item of [...store.catalog.values()]) {
    if (item.projectUuid !== projectUuid) continue;
    before.set(keyOf(item.tableName, item.fieldName), item);
    store.catalog.delete(item.catalogSearchUuid);
  }
  for (const explore of store.explores.get(projectUuid)?.all ?? []) {
    if (isBroken(explore)) continue;
    for (const field of baseFields(explore)) {
      const previous = before.get(keyOf(field.table, field.name));
      const catalogSearchUuid = newUuid();
      const { tagUuids = [], icon = null } = previous ?? {};
      store.catalog.set(catalogSearchUuid, {
        catalogSearchUuid,
        projectUuid,
        tableName: field.table,
        fieldName: field.name,
        tagUuids,
        icon,
      });
    }
  }
}

/** Number of charts of a project that select each field, by field id. */
export function chartUsage(store: Store, projectUuid: string): Map<string, number> {
  const usage = new Map<string, number>();
  for (const chart of store.charts.values()) {
    if (chart.projectUuid !== projectUuid) continue;
    const query = chart.versions.at(-1)?.metricQuery;
    for (const id of new Set([...(query?.dimensions ?? []), ...(query?.metrics ?? [])])) {
      usage.set(id, (usage.get(id) ?? 0) + 1);
    }
  }
  return usage;
}
