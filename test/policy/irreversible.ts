import { readFileSync } from 'node:fs';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';

const projectUuid = ids.project;
/** The id of nothing in the seed. */
const OWN_UUID = '00000000-0000-4000-8000-000000000000';

/** A call of a tool whose change cannot be undone. */
interface Case {
  /** Prepares the state, and gives the arguments. */
  readonly args: () => Record<string, unknown>;
  /** The facts that a person has to read before they agree. */
  readonly preview: readonly RegExp[];
  /** True if it was done. */
  readonly isDone: () => boolean;
}

const roastery: unknown[] = JSON.parse(readFileSync('src/sandbox/roastery/explores.json', 'utf8'));
const first = <Item>(items: Iterable<Item>): Item => {
  for (const item of items) return item;
  throw new Error('the sandbox has none');
};

/** One call of every tool that cannot be undone, by its name. */
export function irreversibleCases(sandbox: () => Sandbox): Readonly<Record<string, Case>> {
  /** The thing that a case took from the store. */
  let chosen = '';
  const choose = (items: ReadonlyMap<string, unknown>) => {
    chosen = first(items.keys());
    return chosen;
  };
  const adminToken = () => {
    const accessToken = [...sandbox().store.tokens.values()].find(({ token }) => token === sandbox().tokens.admin);
    if (accessToken === undefined) throw new Error('no token');
    return accessToken;
  };

  return {
    delete_space: {
      args: () => ({ projectUuid, spaceUuid: ids.spaces.sales }),
      preview: [
        /space "Sales" with 1 dashboard \(.*\), 8 charts \(/,
        /Revenue by month/,
        /Sales overview/,
        /deliveries and comments/,
      ],
      isDone: () => !sandbox().store.spaces.has(ids.spaces.sales),
    },
    delete_chart: {
      args: () => ({ chartUuid: ids.charts.revenueByMonth }),
      preview: [/chart "Revenue by month" of space "Sales"/, /1 dashboard that you see .*"Sales overview"/],
      isDone: () => !sandbox().store.charts.has(ids.charts.revenueByMonth),
    },
    delete_dashboard: {
      args: () => ({ dashboardUuid: ids.dashboards.sales }),
      preview: [
        /dashboard "Sales overview" of space "Sales"/,
        /1 chart kept in it alone \("Ratings by status"\)/,
        /deliver/,
      ],
      isDone: () => !sandbox().store.dashboards.has(ids.dashboards.sales),
    },
    delete_group: {
      args: () => ({ groupUuid: ids.groups.finance }),
      preview: [/group "Finance" with 1 member \(Edie Editor <edie@roastery\.example>\)/],
      isDone: () => !sandbox().store.groups.has(ids.groups.finance),
    },
    delete_scheduler: {
      args: () => ({ schedulerUuid: choose(sandbox().store.schedulers) }),
      preview: [/delivery "Weekly/, /\d+ \d+ \* \* \d/, /@roastery\.example/],
      isDone: () => !sandbox().store.schedulers.has(chosen),
    },
    delete_tag: {
      args: () => ({ projectUuid, tagUuid: ids.tags.finance }),
      preview: [/tag "finance" and takes it off \d+ metrics?/],
      isDone: () => !sandbox().store.tags.has(ids.tags.finance),
    },
    delete_comment: {
      args: () => ({ dashboardUuid: ids.dashboards.sales, commentId: ids.comments.question }),
      preview: [/comment ".+" by \w+ \w+ with 1 reply/],
      isDone: () => !sandbox().store.comments.has(ids.comments.question),
    },
    delete_warehouse_credentials: {
      args: () => {
        sandbox().store.credentials.set(OWN_UUID, {
          ...first(sandbox().store.credentials.values()),
          uuid: OWN_UUID,
          name: 'Of "Ada"',
          userUuid: ids.users.ada,
        });
        return { uuid: OWN_UUID };
      },
      preview: [/warehouse credentials "Of \\"Ada\\""/],
      isDone: () => !sandbox().store.credentials.has(OWN_UUID),
    },
    remove_user_attribute: {
      args: () => ({ userAttributeUuid: choose(sandbox().store.attributes) }),
      preview: [/user attribute "\w+" with the values of \d+ (person|people) \(.+ = .+\)/, /hidden from everyone/],
      isDone: () => !sandbox().store.attributes.has(chosen),
    },
    delete_project_semantic_layer_connection: {
      args: () => {
        const project = sandbox().store.projects.get(projectUuid);
        if (project)
          project.semanticLayerConnection = { type: 'CUBE', domain: 'https://cube.example', token: 'cube-token' };
        return { projectUuid };
      },
      preview: [/semantic layer "CUBE" from the project/, /token/],
      isDone: () => sandbox().store.projects.get(projectUuid)?.semanticLayerConnection === null,
    },
    set_explores: {
      args: () => ({ projectUuid, explores: roastery.slice(0, 1) }),
      preview: [/Replaces all 4 explores of the project by 1/, /3 of them disappear/, /charts on them break/],
      isDone: () => sandbox().requests.some(({ method, path }) => method === 'PUT' && path.endsWith('/explores')),
    },
    delete_organization_member: {
      args: () => ({ userUuid: ids.users.edie }),
      preview: [/Edie Editor <edie@roastery\.example> \(role member\)/, /deletes the account/],
      isDone: () => !sandbox().store.users.has(ids.users.edie),
    },
    delete_my_organization: {
      args: () => ({ organizationUuid: ids.organization }),
      preview: [/organization "Roastery" with 1 project \("Roastery"\)/, /accounts of 6 members/],
      isDone: () => !sandbox().store.organizations.has(ids.organization),
    },
    delete_me: {
      args: () => {
        const vic = sandbox().store.users.get(ids.users.vic);
        if (vic) vic.role = 'admin';
        return {};
      },
      preview: [/your own account: Ada Abara <ada@roastery\.example>/],
      isDone: () => !sandbox().store.users.has(ids.users.ada),
    },
    rotate_personal_access_token: {
      args: () => {
        const token = adminToken();
        token.expiresAt = '2029-01-01T00:00:00.000Z';
        token.description = 'agent at work';
        return { personalAccessTokenUuid: token.uuid, expiresAt: '2030-01-01T00:00:00Z' };
      },
      preview: [/\("agent at work"\)/, /expires 2030-01-01/, /signed out at once/],
      isDone: () => ![...sandbox().store.tokens.values()].some(({ token }) => token === sandbox().tokens.admin),
    },
    uninstall_github_app_for_organization: {
      args: () => ({}),
      preview: [/Disconnects the GitHub app/],
      isDone: () => sandbox().requests.some(({ method, path }) => method === 'DELETE' && path.includes('/github/')),
    },
  };
}
