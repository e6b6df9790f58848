import type { Call } from '../http/route.ts';
import { baseFields, chartUsage } from '../store/catalog.ts';
import { exploresFor } from '../store/explores.ts';
import type { CatalogItem, JsonObject, Project } from '../store/records.ts';
import { type Explore, type ExploreField, getFieldId } from '../warehouse/index.ts';

const BASIC_TYPES: Record<string, string> = {
  string: 'string',
  number: 'number',
  timestamp: 'timestamp',
  date: 'date',
  boolean: 'boolean',
};

/** The description of an item, if it has one. */
export function described(item: { readonly [key: string]: unknown }): JsonObject {
  return item.description === undefined ? {} : { description: item.description };
}

/** The hints that the model's author wrote for assistants, or null. */
function aiHints({ aiHint }: { readonly [key: string]: unknown }): unknown[] | null {
  return aiHint === undefined || aiHint === null ? null : [aiHint].flat();
}

/** Further fields of 1.219. */
function todaysField(explore: Explore, field: ExploreField): JsonObject {
  const tags = Array.isArray(field.tags) ? field.tags : [];
  return {
    fieldValueType: field.type,
    aiHints: aiHints(field),
    owner: null,
    tags: [...new Set([explore.tags ?? [], tags].flat())],
  };
}

/** A field in plain listings, without the fields of the search index. */
export function plainField({ release }: Pick<Call, 'release'>, explore: Explore, field: ExploreField): JsonObject {
  const groupLabel = explore.tables[field.table]?.groupLabel;
  return {
    name: field.name,
    label: field.label,
    ...described(field),
    tableLabel: field.tableLabel,
    tableName: field.table,
    ...(groupLabel === undefined ? {} : { tableGroupLabel: groupLabel }),
    fieldType: field.fieldType,
    basicType: field.fieldType === 'metric' ? 'number' : (BASIC_TYPES[field.type] ?? 'string'),
    type: 'field',
    ...(field.requiredAttributes === undefined ? {} : { requiredAttributes: field.requiredAttributes }),
    tags: [],
    categories: [],
    catalogSearchUuid: '',
    icon: null,
    ...(release === '0.1366' ? {} : todaysField(explore, field)),
  };
}

/** A table as the catalog lists it. */
export function tableItem({ release }: Pick<Call, 'release'>, explore: Explore): JsonObject {
  return {
    name: explore.name,
    label: explore.label,
    ...described(explore.tables[explore.baseTable] ?? {}),
    type: 'table',
    ...(explore.groupLabel === undefined ? {} : { groupLabel: explore.groupLabel }),
    joinedTables: release === '0.1366' ? explore.joinedTables : explore.joinedTables.map(({ table }) => table),
    tags: explore.tags ?? [],
    catalogSearchUuid: '',
    categories: [],
    icon: null,
    ...(release === '0.1366' ? {} : { aiHints: aiHints(explore) }),
  };
}

type CatalogContext = Pick<Call, 'release' | 'store' | 'user'>;
/** A field as the catalog indexes it. */
export interface IndexedField extends JsonObject {
  label: string;
  chartUsage: number;
  categories: { tagUuid: string; name: string; color: string }[];
}

/** Fields of the search index: those of each explore's own table, with tags, icon and use in charts. */
export function indexedFields(call: CatalogContext, project: Project): IndexedField[] {
  const { store } = call;
  const items = new Map<string, CatalogItem>();
  for (const item of store.catalog.values()) {
    if (item.projectUuid === project.projectUuid) items.set(`${item.tableName} ${item.fieldName}`, item);
  }
  const usage = chartUsage(store, project.projectUuid);
  return exploresFor(store, call.user, project).flatMap((explore) =>
    baseFields(explore).map((field) => {
      const item = items.get(`${field.table} ${field.name}`);
      const { tags, categories: _, catalogSearchUuid: __, icon: ___, ...plain } = plainField(call, explore, field);
      const categories = (item?.tagUuids ?? []).flatMap((uuid) => {
        const tag = store.tags.get(uuid);
        return tag ? [{ name: tag.name, color: tag.color, tagUuid: tag.tagUuid }] : [];
      });
      return {
        ...plain,
        label: field.label,
        requiredAttributes: field.requiredAttributes ?? explore.tables[field.table]?.requiredAttributes ?? {},
        tags: call.release === '0.1366' ? (explore.tags ?? []) : tags,
        ...(call.release === '0.1366'
          ? {}
          : { description: field.description ?? '', anyAttributes: {}, searchRank: 0 }),
        categories,
        chartUsage: usage.get(getFieldId(field)) ?? 0,
        catalogSearchUuid: item?.catalogSearchUuid ?? '',
        icon: item?.icon ?? null,
      };
    }),
  );
}
