import { ids } from '../../src/sandbox/seed/ids.ts';

// The tool call that makes a recorded write, and the part of the body that has to be the same.

type Values = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const textIn = (value: unknown, key: string): string | undefined => {
  const item = isObject(value) ? value[key] : undefined;
  return typeof item === 'string' && item !== '' ? item : undefined;
};

export interface WritingCall {
  readonly tool: string;
  readonly args: Values;
  /** The request that writes. */
  readonly route: RegExp;
  comparable(body: unknown): unknown;
  /** Facts of the recorded results that the answer holds. */
  facts(results: unknown): readonly string[];
}

const pick = (body: unknown, keys: readonly string[]): Values =>
  Object.fromEntries(keys.flatMap((key) => (isObject(body) && body[key] !== undefined ? [[key, body[key]]] : [])));

const uuidFacts = (key: string) => (results: unknown) => [textIn(results, key) ?? 'no uuid'];
const none = () => [];

const schedulerUuid = '4910fc9a-0bfa-4c28-bc43-aef83c252003';
const DELIVERY_KEYS = ['name', 'message', 'cron', 'timezone', 'format', 'targets', 'includeLinks', 'thresholds'];

function createDelivery(content: Values, route: RegExp, body: Values): WritingCall | undefined {
  if (['name', 'cron', 'targets', 'format'].some((key) => !(key in body) || body[key] === '')) return undefined;
  const [threshold] = Array.isArray(body.thresholds) ? body.thresholds : [];
  const targets = Array.isArray(body.targets) ? body.targets : [];
  const to = targets.map((target) =>
    isObject(target) ? String(Object.entries(target).find(([key]) => !/Uuid|At$/.test(key))?.[1] ?? '') : '',
  );
  return {
    tool: 'create_scheduler',
    args: {
      ...content,
      ...pick(body, ['name', 'message', 'timezone', 'format', 'filters']),
      when: body.cron,
      to,
      ...(isObject(threshold) && {
        alert: {
          field: threshold.fieldId,
          operator: threshold.operator,
          value: threshold.value,
          ...(typeof body.notificationFrequency === 'string' && { notify: body.notificationFrequency }),
        },
      }),
    },
    route,
    comparable: (sent) => {
      const { thresholds, ...rest }: Values = { includeLinks: true, ...pick(sent, DELIVERY_KEYS) };
      // Lightdash reads a number in quotes as one.
      const numeric = Array.isArray(thresholds)
        ? thresholds.map((threshold) => ({ ...threshold, value: Number(threshold.value) }))
        : undefined;
      return { ...rest, ...(numeric && { thresholds: numeric }) };
    },
    facts: (results) => [textIn(results, 'schedulerUuid') ?? '', String(body.cron)],
  };
}

const kinds: Readonly<Record<string, string>> = {
  'cartesian bar': 'bar',
  'cartesian horizontal bar': 'horizontal_bar',
  'cartesian line': 'line',
  'cartesian area': 'area',
  'cartesian scatter': 'scatter',
  'cartesian mixed': 'mixed',
};

function createChart(body: Values, note: string): WritingCall | undefined {
  const { metricQuery: query } = body;
  if (!isObject(query) || textIn(body, 'name') === undefined) return undefined;
  const kind = /^kind: (.*)$/.exec(note)?.[1];
  const isKind = kind !== undefined && !/only|unknown/.test(note);
  return {
    tool: 'create_chart',
    args: {
      name: body.name,
      ...pick(body, ['description']),
      query: {
        exploreId: query.exploreName ?? body.tableName,
        ...pick(query, ['dimensions', 'metrics', 'limit']),
      },
      ...(isKind && { show: kinds[kind] ?? kind }),
    },
    route: /^POST \/api\/v1\/projects\/[^/]+\/saved$/,
    comparable: (sent) => ({
      ...pick(sent, ['name', 'tableName']),
      query: pick(isObject(sent) ? sent.metricQuery : {}, ['exploreName', 'dimensions', 'metrics', 'limit']),
      ...(isKind && { type: isObject(sent) && isObject(sent.chartConfig) ? sent.chartConfig.type : undefined }),
    }),
    facts: uuidFacts('uuid'),
  };
}

function updateProperties(body: Values): WritingCall | undefined {
  const { name, description, spaceUuid } = body;
  if (name === undefined && description === undefined && spaceUuid === undefined) return undefined;
  if (name === '' || 'preserveVerification' in body || 'metricQuery' in body) return undefined;
  return {
    tool: 'update_chart',
    args: {
      chartUuid: ids.charts.revenueByMonth,
      ...pick(body, ['name', 'description']),
      ...(spaceUuid !== undefined && { space: 'Customer team' }),
    },
    route: /^PATCH \/api\/v1\/saved\/[^/]+$/,
    comparable: (sent) => ({ ...pick(sent, ['name', 'description']), moves: isObject(sent) && 'spaceUuid' in sent }),
    facts: none,
  };
}

function createSqlChart(body: Values): WritingCall | undefined {
  if (['name', 'sql', 'limit', 'config', 'spaceUuid', 'description'].some((key) => !(key in body))) return undefined;
  if (body.description === null || 'slug' in body) return undefined;
  const type = isObject(body.config) ? body.config.type : undefined;
  return {
    tool: 'create_sql_chart',
    args: {
      ...pick(body, ['name', 'sql', 'limit', 'description']),
      space: 'Sales',
      show: type === 'vertical_bar' ? 'bar' : type,
    },
    route: /^POST \/api\/v1\/projects\/[^/]+\/sqlRunner\/saved$/,
    comparable: (sent) => ({
      ...pick(sent, ['name', 'sql', 'limit', 'description']),
      type: isObject(sent) && isObject(sent.config) ? sent.config.type : undefined,
    }),
    facts: none,
  };
}

function updateSqlChart({ unversionedData, versionedData }: Values): WritingCall | undefined {
  const changes: Record<string, unknown> = {
    ...pick(unversionedData, ['name', 'description']),
    ...pick(versionedData, ['sql', 'limit']),
  };
  if (changes.description === null) delete changes.description;
  const isWhole = isObject(unversionedData) ? 'spaceUuid' in unversionedData : 'limit' in changes;
  if (!isWhole) return undefined;
  return {
    tool: 'update_sql_chart',
    args: { sqlChart: 'Raw orders by day', ...changes },
    route: /^PATCH .*\/sqlRunner\/saved\/[^/]+$/,
    comparable: (sent) => {
      const parts: Values = isObject(sent) ? sent : {};
      return { ...pick(parts.unversionedData, ['name']), ...pick(parts.versionedData, ['sql', 'limit']) };
    },
    facts: none,
  };
}

function copyOf(kind: 'chart' | 'dashboard', body: Values): WritingCall | undefined {
  if (Object.keys(body).length < 2) return undefined;
  const uuid = kind === 'chart' ? { chartUuid: ids.charts.revenueByMonth } : { dashboardUuid: ids.dashboards.sales };
  return {
    tool: `duplicate_${kind}`,
    args: { ...uuid, name: body[`${kind}Name`] },
    route: kind === 'chart' ? /\/saved\?duplicateFrom=/ : /\/dashboards\?duplicateFrom=/,
    comparable: (sent) => pick(sent, [`${kind}Name`]),
    facts: none,
  };
}

const ofProject = { projectUuid: ids.project };
const ofBaristas = { ...ofProject, groupUuid: ids.groups.baristas };

/** Roles are assigned by routes that replace deprecated ones. */
const roleCall = (tool: string, args: Values, assignee: 'user' | 'group', { roleId }: Values): WritingCall => ({
  tool,
  args: { ...args, ...(roleId !== undefined && { role: roleId }) },
  route: new RegExp(`^(POST|PATCH|DELETE) /api/v2/(projects|orgs)/[^/]+/roles/assignments/${assignee}/[^/]+$`),
  comparable: (sent) => pick(sent, ['roleId']),
  facts: none,
});

/** The tool call of a recorded write; undefined if no call says it. */
export function writingCall(route: string, sent: unknown, note: string): WritingCall | undefined {
  const body = isObject(sent) ? sent : {};
  switch (route) {
    case 'createSavedChartScheduler':
      return createDelivery({ chart: 'Orders by channel' }, /^POST \/api\/v1\/saved\/[^/]+\/schedulers$/, body);
    case 'createDashboardScheduler':
      return createDelivery({ dashboard: 'Sales overview' }, /^POST \/api\/v1\/dashboards\/[^/]+\/schedulers$/, body);
    case 'createSqlChartScheduler':
      return createDelivery({ chart: 'Raw orders by day' }, /^POST .*\/sqlRunner\/saved\/[^/]+\/schedulers$/, body);
    case 'updateScheduler':
      return {
        tool: 'update_scheduler',
        args: { schedulerUuid, scheduler: body },
        route: /^PATCH \/api\/v1\/schedulers\/[^/]+$/,
        comparable: (item) => item,
        facts: uuidFacts('schedulerUuid'),
      };
    case 'sendScheduler':
      return {
        tool: 'send_scheduler',
        args: { scheduler: body },
        route: /^POST \/api\/v1\/schedulers\/send$/,
        comparable: (item) => item,
        facts: none,
      };
    case 'sendSchedulerByUuid':
      return {
        tool: 'send_scheduler_now',
        args: { schedulerUuid },
        route: /^POST \/api\/v1\/schedulers\/[^/]+\/send$/,
        comparable: none,
        facts: () => ['ada@roastery.example'],
      };
    case 'createSavedChart':
      return 'chartName' in body ? copyOf('chart', body) : createChart(body, note);
    case 'createSavedChartVersion':
      return {
        tool: 'update_chart',
        args: { chartUuid: ids.charts.ordersByChannel, query: { limit: 7 } },
        route: /^POST \/api\/v1\/saved\/[^/]+\/version$/,
        comparable: (item) =>
          Object.keys(isObject(item) ? item : {})
            .filter((key) => key !== 'pivotConfig')
            .sort(),
        facts: none,
      };
    case 'updateSavedChart':
      return updateProperties(body);
    case 'createSqlChart':
      return createSqlChart(body);
    case 'updateSqlChart':
      return updateSqlChart(body);
    case 'createDashboard':
      if ('dashboardName' in body) return copyOf('dashboard', body);
      if (textIn(body, 'name') === undefined || !Array.isArray(body.tiles)) return undefined;
      return {
        tool: 'create_dashboard',
        args: body,
        route: /^POST \/api\/v1\/projects\/[^/]+\/dashboards$/,
        comparable: (item) => pick(item, ['name', 'description', 'tiles', 'filters']),
        facts: uuidFacts('uuid'),
      };
    case 'updateDashboard':
      if (textIn(body, 'name') === undefined) return undefined;
      return {
        tool: 'update_dashboard',
        args: { dashboardUuid: ids.dashboards.sales, name: body.name },
        route: /^PATCH \/api\/v1\/dashboards\/[^/]+$/,
        comparable: (item) => pick(item, ['name']),
        facts: (results) => [textIn(results, 'name') ?? ''],
      };
    case 'deleteSavedChart':
      return {
        tool: 'delete_chart',
        args: { chartUuid: ids.charts.revenueByMonth },
        route: /^DELETE \/api\/v1\/saved\/[^/]+$/,
        comparable: none,
        facts: none,
      };
    case 'deleteDashboard':
      return {
        tool: 'delete_dashboard',
        args: { dashboardUuid: ids.dashboards.sales },
        route: /^DELETE \/api\/v1\/dashboards\/[^/]+$/,
        comparable: none,
        facts: none,
      };
    case 'UpsertProjectUserRoleAssignment':
      return roleCall('update_project_access_for_user', { ...ofProject, userUuid: ids.users.edie }, 'user', body);
    case 'DeleteProjectUserRoleAssignment':
      return roleCall('revoke_project_access_for_user', { ...ofProject, userUuid: ids.users.edie }, 'user', body);
    case 'UpsertProjectGroupRoleAssignment':
      return roleCall('add_project_access_to_group', { ...ofProject, groupUuid: ids.groups.finance }, 'group', body);
    case 'UpdateProjectGroupRoleAssignment':
      return roleCall('update_project_access_for_group', ofBaristas, 'group', body);
    case 'DeleteProjectGroupRoleAssignment':
      return roleCall('remove_project_access_from_group', ofBaristas, 'group', body);
    case 'UpsertOrganizationUserRoleAssignment': {
      const { val, mem } = ids.users;
      const userUuid = note.includes('last admin') ? ids.users.ada : body.roleId === 'viewer' ? mem : val;
      return roleCall('update_organization_member', { userUuid }, 'user', body);
    }
    default:
      return undefined;
  }
}
