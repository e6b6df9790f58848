import { toolDefinitions } from '../../src/inventory/tool-entries.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { callsAbout } from '../policy/calls.ts';
import type { ProjectContent } from '../policy/two-projects.ts';

/** A call of a tool, and how to see in the sandbox how often it was done. */
export interface PlannedCall {
  readonly tool: string;
  readonly args: Record<string, unknown>;
  /** The number of times that the sandbox did it; absent for calls that only read. */
  readonly done?: () => number;
}

const readOnly = new Set(toolDefinitions.filter(({ annotations }) => annotations.readOnlyHint).map(({ name }) => name));

/** Calls that read, of as many tools as can be called about what a project holds. */
export function readingCalls(content: ProjectContent): readonly PlannedCall[] {
  const { projectUuid } = content;
  const withoutArguments = toolDefinitions
    .filter(({ name, inputSchema }) => readOnly.has(name) && (inputSchema.required ?? []).length === 0)
    .map(({ name, inputSchema }) => ({
      tool: name,
      args: 'projectUuid' in (inputSchema.properties ?? {}) ? { projectUuid } : {},
    }));
  const query = { projectUuid, exploreId: 'orders', dimensions: ['orders_status'], metrics: ['orders_order_count'] };
  return [
    ...callsAbout(content)
      .filter(([tool]) => readOnly.has(tool))
      .map(([tool, args]) => ({ tool, args })),
    ...withoutArguments,
    { tool: 'run_metric_query', args: query },
    { tool: 'compile_query', args: query },
    { tool: 'calculate_query_totals', args: query },
    { tool: 'run_sql_query', args: { projectUuid, sql: 'select status, count(*) from orders group by 1' } },
    { tool: 'find_fields', args: { projectUuid, words: 'revenue by month' } },
    { tool: 'get_explore', args: { projectUuid, exploreId: 'orders' } },
    { tool: 'search_field_values', args: { projectUuid, exploreId: 'orders', field: 'orders_status' } },
  ];
}

const counted = <Item>(items: Iterable<Item>, which: (item: Item) => boolean) => [...items].filter(which).length;

/** Kinds of calls that write, each about a thing of its own, distinguished by `mark`. */
export const writingCalls: readonly ((sandbox: Sandbox, content: ProjectContent, mark: string) => PlannedCall)[] = [
  ({ store }, { projectUuid }, name) => ({
    tool: 'create_tag',
    args: { projectUuid, name, color: '#123456' },
    done: () => counted(store.tags.values(), (tag) => tag.name === name),
  }),
  ({ store }, { projectUuid }, name) => ({
    tool: 'create_space_in_project',
    args: { projectUuid, name },
    done: () => counted(store.spaces.values(), (space) => space.name === name),
  }),
  ({ store }, _, name) => ({
    tool: 'create_group_in_organization',
    args: { name },
    done: () => counted(store.groups.values(), (group) => group.name === name),
  }),
  ({ store }, { projectUuid, spaceUuid }, name) => ({
    tool: 'create_dashboard',
    args: { projectUuid, name, spaceUuid },
    done: () => counted(store.dashboards.values(), (dashboard) => dashboard.name === name),
  }),
  ({ store }, { dashboardUuid, tileUuid }, text) => ({
    tool: 'create_comment',
    args: { dashboardUuid, dashboardTileUuid: tileUuid, text },
    done: () => counted(store.comments.values(), (comment) => JSON.stringify(comment).includes(`"${text}"`)),
  }),
  ({ store }, { projectUuid }, params) => ({
    tool: 'create_share_url',
    args: { path: `/projects/${projectUuid}/tables/orders`, params },
    done: () => counted(store.shareUrls.values(), (share) => share.params === params),
  }),
  // Changes and deletions are about a tag of their own, and counted by the sandbox's log.
  (sandbox, content, mark) => {
    const tagUuid = plantTag(sandbox, content, mark);
    return {
      tool: 'update_tag',
      args: { tagUuid, projectUuid: content.projectUuid, name: `${mark} changed` },
      done: logged(sandbox, 'PATCH', tagUuid),
    };
  },
  (sandbox, content, mark) => {
    const tagUuid = plantTag(sandbox, content, mark);
    return {
      tool: 'delete_tag',
      args: { tagUuid, projectUuid: content.projectUuid },
      done: logged(sandbox, 'DELETE', tagUuid),
    };
  },
];

function plantTag({ store }: Sandbox, { projectUuid, tagUuid: model }: ProjectContent, name: string): string {
  const tagUuid = crypto.randomUUID();
  const like = store.tags.get(model);
  if (like === undefined) throw new Error('there is no tag to plant others like');
  store.tags.set(tagUuid, { ...like, tagUuid, projectUuid, name });
  return tagUuid;
}

/** The number of requests of a kind about a thing that succeeded. */
const logged = (sandbox: Sandbox, method: string, id: string) => () =>
  counted(
    sandbox.requests,
    (requestRecord) =>
      requestRecord.method === method && requestRecord.status < 300 && requestRecord.path.endsWith(`/${id}`),
  );
