import type { ProjectContent } from './two-projects.ts';

type Call = readonly [tool: string, args: Record<string, unknown>];

/**
 * One call of every tool that names something of a project, about the things of `about`. Where it can, the call also
 * names the project `other`: an allowed one must not carry a foreign thing through.
 */
export function callsAbout(about: ProjectContent, other: ProjectContent = about): readonly Call[] {
  const { projectUuid } = other;
  const { chartUuid, versionUuid, dashboardUuid, tileUuid, spaceUuid, tagUuid, schedulerUuid, commentId } = about;
  const { catalogSearchUuid, pinnedListUuid, validationId, nanoId, jobId } = about;
  const ada = 'fe7f8e5b-8f68-4f02-8300-cd51c4743be9';
  const baristas = '86aba621-0fa0-429e-9978-f79624ee6a80';
  const delivery = {
    name: 'now',
    format: 'csv',
    cron: '0 9 * * 1',
    options: { limit: 'table', formatted: true },
    targets: [{ recipient: 'ada@roastery.example' }],
  };
  const inSpace = { projectUuid, spaceUuid };
  return [
    ['run_saved_chart', { chartUuid }],
    ['get_saved_chart', { chartUuid }],
    ['get_dashboard', { dashboardUuid }],
    ['run_dashboard', { dashboardUuid }],
    ['show_chart', { chartUuid }],
    ['show_chart', { dashboardUuid, tileUuid }],
    ['run_dashboard_chart', { chartUuid, dashboardUuid: other.dashboardUuid }],
    ['run_dashboard_chart', { chartUuid: other.chartUuid, dashboardUuid }],
    ['calculate_chart_totals', { chartUuid }],
    ['download_chart_csv', { chartUuid }],
    ['get_chart_history', { chartUuid }],
    ['get_chart_version', { chartUuid, versionUuid }],
    ['run_chart_version', { chartUuid, versionUuid }],
    ['rollback_chart_version', { chartUuid, versionUuid }],
    ['update_chart', { chartUuid, name: 'x' }],
    ['duplicate_chart', { chartUuid, name: 'x' }],
    ['delete_chart', { chartUuid }],
    ['update_dashboard', { dashboardUuid, name: 'x' }],
    ['duplicate_dashboard', { dashboardUuid, name: 'x' }],
    ['delete_dashboard', { dashboardUuid }],
    ['get_dashboard_history', { dashboardUuid }],
    ['rollback_dashboard_version', { dashboardUuid, versionUuid }],
    ['promote_chart_diff', { chartUuid }],
    ['promote_chart', { chartUuid }],
    ['promote_dashboard_diff', { dashboardUuid }],
    ['promote_dashboard', { dashboardUuid }],
    ['create_dashboard', { projectUuid, name: 'x', spaceUuid }],
    ['create_dashboard', { projectUuid, name: 'x', duplicateFrom: dashboardUuid }],
    [
      'create_dashboard',
      {
        projectUuid,
        name: 'x',
        spaceUuid: other.spaceUuid,
        tiles: [{ type: 'saved_chart', x: 0, y: 0, w: 9, h: 9, properties: { savedChartUuid: chartUuid } }],
      },
    ],
    [
      'update_dashboards',
      { projectUuid, dashboards: [{ uuid: dashboardUuid, name: 'x', spaceUuid: other.spaceUuid }] },
    ],
    ['update_dashboards', { projectUuid, dashboards: [{ uuid: other.dashboardUuid, name: 'x', spaceUuid }] }],
    ['create_space_in_project', { projectUuid, name: 'x', parentSpaceUuid: spaceUuid }],
    ['get_space', inSpace],
    ['update_space', { ...inSpace, name: 'x', isPrivate: false }],
    ['delete_space', inSpace],
    ['get_space_access', inSpace],
    ['add_space_user_access', { ...inSpace, userUuid: ada, spaceRole: 'viewer' }],
    ['revoke_space_access_for_user', { ...inSpace, userUuid: ada }],
    ['add_space_group_access', { ...inSpace, groupUuid: baristas, spaceRole: 'viewer' }],
    ['revoke_group_space_access', { ...inSpace, groupUuid: baristas }],
    ['get_metrics_catalog', { projectUuid, categories: [tagUuid] }],
    ['update_tag', { tagUuid, name: 'x' }],
    ['update_tag', { projectUuid, tagUuid, name: 'x' }],
    ['delete_tag', { tagUuid }],
    ['delete_tag', { projectUuid, tagUuid }],
    ['add_category_to_catalog_item', { catalogSearchUuid, tagUuid: other.tagUuid }],
    ['add_category_to_catalog_item', { projectUuid, catalogSearchUuid: other.catalogSearchUuid, tagUuid }],
    ['remove_category_from_catalog_item', { projectUuid, catalogSearchUuid, tagUuid: other.tagUuid }],
    ['update_catalog_item_icon', { projectUuid, catalogSearchUuid, icon: null }],
    ['get_scheduler', { schedulerUuid }],
    ['update_scheduler', { schedulerUuid, scheduler: delivery }],
    ['update_scheduler', { schedulerUuid: other.schedulerUuid, scheduler: { ...delivery, savedChartUuid: chartUuid } }],
    ['update_scheduler_enabled', { schedulerUuid, enabled: false }],
    ['delete_scheduler', { schedulerUuid }],
    ['update_scheduler', { schedulerUuid, name: 'x' }],
    ['send_scheduler_now', { schedulerUuid }],
    ['list_scheduler_runs', { projectUuid, schedulerUuid }],
    ['get_scheduled_jobs', { schedulerUuid }],
    ['send_scheduler', { scheduler: { ...delivery, savedChartUuid: chartUuid, dashboardUuid: null } }],
    ['send_scheduler', { scheduler: { ...delivery, savedChartUuid: other.chartUuid, extra: [[{ dashboardUuid }]] } }],
    ['get_scheduler_job_status', { jobId }],
    ['get_csv_url', { jobId }],
    ['get_latest_validation_results', { projectUuid, jobId }],
    ['dismiss_validation_error', { projectUuid, validationId }],
    ['get_comments', { dashboardUuid }],
    ['create_comment', { dashboardUuid, dashboardTileUuid: other.tileUuid, text: 'x' }],
    [
      'create_comment',
      { dashboardUuid: other.dashboardUuid, dashboardTileUuid: other.tileUuid, text: 'x', replyTo: commentId },
    ],
    ['resolve_comment', { dashboardUuid: other.dashboardUuid, commentId }],
    ['delete_comment', { dashboardUuid: other.dashboardUuid, commentId }],
    ['delete_comment', { dashboardUuid, commentId }],
    ['get_pinned_items', { projectUuid, pinnedListUuid }],
    [
      'update_pinned_items_order',
      {
        projectUuid,
        pinnedListUuid: other.pinnedListUuid,
        items: [{ type: 'chart', data: { uuid: chartUuid, pinnedListOrder: 0 } }],
      },
    ],
    ['create_share_url', { path: `/projects/${about.projectUuid}/tables/orders`, params: '' }],
    ['create_share_url', { path: `/projects/${projectUuid}/saved/${chartUuid}/view`, params: '' }],
    ['get_share_url', { nanoId }],
    ['create_pull_request_for_chart_fields', { projectUuid, chartUuid }],
    ...(tileUuid === other.tileUuid
      ? []
      : ([
          ['create_comment', { dashboardUuid: other.dashboardUuid, dashboardTileUuid: tileUuid, text: 'x' }],
        ] as const)),
  ];
}
