import { chartKindName } from '../../charts/config/chart-kinds.ts';
import { type OperationId, operationById } from '../../operations/index.ts';
import { objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { ContentContext } from '../content-context.ts';

/** Something of a project that can be found by its name. */
export interface ListableItem {
  /** Id for resource URIs and tool arguments. */
  readonly id: string;
  /** Its names: the one that people know first. */
  readonly names: readonly string[];
  /** Its kind and its place. */
  readonly description: string;
  /** ISO time of its last change. */
  readonly lastModified?: string | undefined;
}

/** Kinds of things that a project holds and that are found by name. */
export type ListableType = 'explores' | 'charts' | 'dashboards' | 'spaces';

const operationIds: Readonly<Record<ListableType, OperationId>> = {
  explores: 'GetExplores',
  charts: 'ListChartSummariesInProject',
  dashboards: 'getDashboards',
  spaces: 'ListSpacesInProject',
};

/** The things of one kind in a project, by name; invisible characters are gone from their texts. */
export async function readListableItems(
  type: ListableType,
  projectUuid: string,
  context: Pick<ContentContext, 'read'>,
): Promise<readonly ListableItem[]> {
  const results = await context.read(operationById(operationIds[type]), { projectUuid });
  const items = itemsOf(type, results).map((item) => ({
    ...item,
    names: item.names.map(plainText),
    description: plainText(item.description),
  }));
  return items.toSorted((left, right) => compare(left.names[0], right.names[0]) || compare(left.id, right.id));
}

const compare = (left = '', right = '') => (left < right ? -1 : left > right ? 1 : 0);

function itemsOf(type: ListableType, results: unknown): ListableItem[] {
  switch (type) {
    case 'explores':
      return objects(results).flatMap((explore) => {
        const name = text(explore.name);
        if (name === undefined) return [];
        const broken = objects(explore.errors).length > 0 ? 'Does not compile. ' : '';
        return [
          {
            id: name,
            names: [text(explore.label) ?? name, name],
            description: `${broken}${text(explore.description) ?? ''}`,
          },
        ];
      });
    case 'charts':
      return objects(results).flatMap((chart) => {
        const place = text(chart.dashboardName)
          ? `on dashboard ${text(chart.dashboardName)}`
          : `in ${text(chart.spaceName) ?? '?'}`;
        return itemOf(chart, `${chartKindName(chart.chartKind)} ${place}`);
      });
    case 'dashboards':
      return objects(results).flatMap((dashboard) => itemOf(dashboard, ''));
    case 'spaces':
      return objects(results).flatMap((space) => itemOf(space, ''));
  }
}

function itemOf(item: Readonly<Record<string, unknown>>, details: string): ListableItem[] {
  const id = text(item.uuid);
  if (id === undefined) return [];
  const description = [details, text(item.description)].filter(Boolean).join(': ');
  return [{ id, names: [text(item.name) ?? id], description, lastModified: isoTime(item.updatedAt) }];
}

/** A time that hosts take: ISO with a zone. */
function isoTime(value: unknown): string | undefined {
  const time = text(value);
  return time && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(time) ? time : undefined;
}
