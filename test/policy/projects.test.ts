import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { policyPage, ruleOf } from '../../scripts/docs/policy-page.ts';
import { isUnclassifiedId, scopeOf } from '../../src/policy/project-references.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { schemaOf } from '../../src/tools/arguments.ts';
import { tools } from '../../src/tools/index.ts';
import { outcomeOf } from '../helpers/answers.ts';
import { type Connection, callTool, callToolConfirmed, connectInMemory } from '../helpers/client.ts';
import { Person } from '../sandbox/person.ts';
import { callsAbout } from './calls.ts';
import { rules } from './rules.ts';
import { beyondLookUps, startTwoProjects, type TwoProjects } from './two-projects.ts';

test('docs/policy.md matches the tools (npm run docs)', async () => {
  expect(await readFile('docs/policy.md', 'utf8')).toBe(policyPage());
});

test('every id argument of a tool has a declared kind', () => {
  const unplaced = tools.flatMap((tool) =>
    Object.keys(schemaOf(tool).shape).filter((name) => isUnclassifiedId(name, scopeOf(tool))),
  );
  expect(unplaced).toEqual([]);
  expect(tools.filter((tool) => ruleOf(tool) === 'refused').map(({ name }) => name)).toEqual([
    'delete_my_organization',
  ]);
});

describe('with LIGHTDASH_ALLOWED_PROJECTS', () => {
  let world: TwoProjects;
  let limited: Connection;
  let organization: Connection;
  let unlimited: Connection;
  const connect = (more: Record<string, string>) =>
    connectInMemory({
      LIGHTDASH_URL: world.sandbox.url,
      LIGHTDASH_API_KEY: world.sandbox.tokens.admin,
      LIGHTDASH_EMAIL: world.sandbox.administrator.email,
      LIGHTDASH_PASSWORD: world.sandbox.administrator.password,
      LIGHTDASH_CONFIRM: 'off',
      ...more,
    });

  beforeAll(async () => {
    world = await startTwoProjects();
    limited = await connect({ LIGHTDASH_ALLOWED_PROJECTS: 'Roastery' });
    organization = await connect({ LIGHTDASH_ALLOWED_PROJECTS: 'Roastery', LIGHTDASH_ALLOW_ORGANIZATION: 'true' });
    unlimited = await connect({});
  });
  afterAll(async () => {
    await Promise.all([limited, organization, unlimited].map((connection) => connection.close()));
    await world.sandbox.close();
  });
  let before = 0;
  beforeEach(() => {
    before = world.sandbox.requests.length;
  });
  const sent = () => beyondLookUps(world.sandbox.requests.slice(before));

  /** The call is refused, and nothing but look-ups was sent for it. */
  async function expectRefused(tool: string, args: Record<string, unknown>, on = limited) {
    const { text, isError } = await callTool(on.client, tool, args);
    expect({ tool, args, isError, text }).toMatchObject({
      isError: true,
      text: expect.stringMatching(/was not (called|carried out)/),
    });
    expect(sent()).toEqual([]);
  }

  test('every tool has a rule of the allow-list; each with a look-up is among the calls tried here', () => {
    const tried = callsAbout(world.second).map(([tool]) => [tool, 'looked up']);
    const others = Object.entries(rules).flatMap(([rule, names]) => names.map((name) => [name, rule]));
    const decided = Object.fromEntries([...tried, ...others]);
    expect(Object.fromEntries(tools.map((tool) => [tool.name, ruleOf(tool)]))).toEqual(decided);
  });

  test('a call about the other project is refused, however it names it', async () => {
    for (const [tool, args] of callsAbout(world.second)) await expectRefused(tool, args);
  });

  test('content of the other project is refused also with an allowed project', async () => {
    for (const [tool, args] of callsAbout(world.second, world.roastery)) await expectRefused(tool, args);
  });

  test('a pinned item of an unknown type is refused, and hides no other', async () => {
    const { projectUuid, pinnedListUuid, chartUuid } = world.roastery;
    const item = (type: string, uuid: string) => ({ type, data: { uuid, pinnedListOrder: 0 } });
    const pins = (...items: unknown[]) => ({ projectUuid, pinnedListUuid, items });
    await expectRefused('update_pinned_items_order', pins(item('data_app', chartUuid)));
    await expectRefused(
      'update_pinned_items_order',
      pins(item('data_app', chartUuid), item('chart', world.second.chartUuid)),
    );
  });

  test('permission for the organization is no permission for another project', async () => {
    for (const [tool, args] of callsAbout(world.second, world.roastery)) {
      await expectRefused(tool, args, organization);
    }
  });

  test('the other project is refused as an argument, in every spelling', async () => {
    const { projectUuid } = world.second;
    const spellings = [
      projectUuid,
      projectUuid.toUpperCase(),
      `{${projectUuid}}`,
      projectUuid.replaceAll('-', ''),
      'Second',
      ' second ',
    ];
    const taking = tools.filter((tool) => ruleOf(tool) === 'argument' && 'projectUuid' in schemaOf(tool).shape);
    expect(taking.length).toBeGreaterThan(30);
    for (const tool of taking) {
      // The other arguments of a tool are missing: whichever is named first, nothing is sent.
      for (const spelling of spellings) await expectRefused(tool.name, { projectUuid: spelling });
    }
    for (const spelling of spellings) {
      await expectRefused('get_explores', { projectUuid: spelling });
      await expectRefused('run_sql_query', { projectUuid: spelling, sql: 'select 1' });
      await expectRefused('run_metric_query', {
        projectUuid: spelling,
        exploreId: 'orders',
        metrics: ['orders_order_count'],
      });
    }
  });

  test('a second project named by another argument is refused as well', async () => {
    const { projectUuid } = world.roastery;
    const foreign = world.second.projectUuid;
    await expectRefused('update_project_metadata', { projectUuid, upstreamProjectUuid: foreign });
    await expectRefused(
      'update_slack_settings',
      {
        notificationChannel: null,
        appProfilePhotoUrl: null,
        slackChannelProjectMappings: [{ slackChannelId: 'C1', projectUuid: foreign }],
      },
      organization,
    );
    await expectRefused(
      'update_organization_email_domains',
      {
        emailDomains: [],
        role: 'member',
        projects: [{ role: 'viewer', projectUuid: foreign }],
      },
      organization,
    );
    await expectRefused('update_my_organization', { defaultProjectUuid: foreign }, organization);
    await expectRefused('list_organization_members', { projectUuid: foreign }, organization);
  });

  test('promoting into a project that is not allowed is refused', async () => {
    const onlySecond = await connect({ LIGHTDASH_ALLOWED_PROJECTS: world.second.projectUuid });
    for (const tool of ['promote_chart', 'promote_chart_diff']) {
      await expectRefused(tool, { chartUuid: world.second.chartUuid }, onlySecond);
    }
    for (const tool of ['promote_dashboard', 'promote_dashboard_diff']) {
      await expectRefused(tool, { dashboardUuid: world.second.dashboardUuid }, onlySecond);
    }
    await onlySecond.close();
  });

  test('calls of no project are refused, and allowed with LIGHTDASH_ALLOW_ORGANIZATION', async () => {
    for (const tool of tools.filter((tool) => ruleOf(tool) === 'organization')) await expectRefused(tool.name, {});
    await expectRefused('list_groups_in_organization', {});
    expect(await callTool(organization.client, 'list_groups_in_organization')).toMatchObject({ isError: false });
    expect(await callTool(organization.client, 'get_authenticated_user')).toMatchObject({ isError: false });
  });

  test('the organization with other projects is not deleted, whatever is set', async () => {
    await expectRefused(
      'delete_my_organization',
      { organizationUuid: '54e07b35-9d28-4303-9d11-466d3aa6575c' },
      organization,
    );
  });

  test('the list of projects contains only the allowed ones, in the text and in the data', async () => {
    const { text } = await callTool(limited.client, 'list_organization_projects');
    expect(text).toContain('Roastery');
    expect(text).not.toContain(world.second.projectUuid);
    expect((await callTool(unlimited.client, 'list_organization_projects')).text).toContain(world.second.projectUuid);
    const structured = await connect({
      LIGHTDASH_ALLOWED_PROJECTS: world.roastery.projectUuid,
      LIGHTDASH_OUTPUT: 'structured',
    });
    const { structuredContent } = await structured.client.callTool({ name: 'list_organization_projects' });
    expect(JSON.stringify(structuredContent)).toContain('Roastery');
    expect(JSON.stringify(structuredContent)).not.toContain(world.second.projectUuid);
    await structured.close();
  });

  test('content of an account is looked up in the allowed projects only', async () => {
    const environment = { LIGHTDASH_CONFIRM: 'on', LIGHTDASH_ALLOW_ORGANIZATION: 'true' };
    const lookedUpFor = async (more: Record<string, string>) => {
      const { client, close } = await connect({ ...environment, ...more });
      const start = world.sandbox.requests.length;
      const { text } = await callTool(client, 'delete_organization_member', { userUuid: ids.users.edie });
      await close();
      expect(outcomeOf(text)).toBe('question');
      const { roastery, second } = world;
      const paths = world.sandbox.requests.slice(start).map(({ path }) => path);
      return [roastery, second].map(({ projectUuid }) => paths.some((path) => path.includes(projectUuid)));
    };
    expect(await lookedUpFor({})).toEqual([true, true]);
    expect(await lookedUpFor({ LIGHTDASH_ALLOWED_PROJECTS: 'Roastery' })).toEqual([true, false]);
  });

  test('a refusal names no project that is not allowed', async () => {
    const { text } = await callTool(limited.client, 'get_project', { projectUuid: 'Secon' });
    expect(text).not.toContain('Second');
    expect(text).toContain('Roastery');
  });

  test('paths that a browser would resolve to something else make no share link', async () => {
    const { projectUuid } = world.roastery;
    const foreign = world.second.projectUuid;
    const paths = [
      `/projects/${projectUuid}/../${foreign}/tables`,
      `/projects/${projectUuid}/..%2f${foreign}/tables`,
      `/projects/${projectUuid}\\..\\${foreign}`,
      `/x?y=/projects/${projectUuid}/`,
      `//elsewhere.example/projects/${projectUuid}`,
      `https://elsewhere.example/projects/${projectUuid}`,
      `projects/${projectUuid}`,
      `/projects/${projectUuid}/dashboards/${world.second.dashboardUuid}`,
      `/projects/${projectUuid}/projects/${foreign}`,
    ];
    for (const path of paths) await expectRefused('create_share_url', { path, params: '' });
  });

  test('an unclassified id in a body is refused', async () => {
    await expectRefused('send_scheduler', {
      scheduler: { savedChartUuid: world.roastery.chartUuid, someNewUuid: world.second.chartUuid },
    });
    await expectRefused('send_scheduler', { scheduler: { name: 'x' } });
    await expectRefused('send_scheduler', { scheduler: { savedChartUuid: { uuid: world.roastery.chartUuid } } });
    await expectRefused('send_scheduler', { scheduler: { savedChartUuid: [world.second.chartUuid] } });
    await expectRefused('send_scheduler', {
      scheduler: JSON.parse(`{"__proto__":{"savedChartUuid":"${world.second.chartUuid}"}}`),
    });
  });

  test('the allowed project stays in use, by uuid, name and lower-case letters', async () => {
    const { projectUuid, spaceUuid, chartUuid, dashboardUuid, tagUuid, nanoId } = world.roastery;
    const calls: [string, Record<string, unknown>][] = [
      ['get_space', { projectUuid, spaceUuid: spaceUuid.toUpperCase() }],
      ['get_space_access', { projectUuid: 'roastery', spaceUuid }],
      [
        'run_metric_query',
        { projectUuid: projectUuid.toUpperCase(), exploreId: 'orders', metrics: ['orders_order_count'] },
      ],
      ['run_saved_chart', { chartUuid }],
      ['show_chart', { chartUuid }],
      ['show_chart', { resultId: 'last' }],
      ['run_dashboard_chart', { chartUuid, dashboardUuid }],
      ['get_comments', { dashboardUuid }],
      ['update_tag', { projectUuid, tagUuid, name: 'renamed' }],
      ['get_share_url', { nanoId }],
      ['create_share_url', { path: `/projects/${projectUuid}/saved/${chartUuid}`, params: '?x=1' }],
      ['get_metrics_catalog', { projectUuid, categories: [tagUuid] }],
      ['validate_project', { projectUuid }],
      ['download_query_csv', { projectUuid, exploreId: 'orders', metrics: ['orders_order_count'] }],
      ['create_comment', { dashboardUuid, dashboardTileUuid: world.roastery.tileUuid, text: 'x' }],
      ['update_dashboards', { projectUuid, dashboards: [{ uuid: dashboardUuid, name: 'Sales overview', spaceUuid }] }],
    ];
    for (const [tool, args] of calls) {
      expect(await callTool(limited.client, tool, args), tool).toMatchObject({
        text: expect.any(String),
        isError: false,
      });
    }
  });

  test('a result cached by this server is read without naming a project, and not as another project’s', async () => {
    const { projectUuid } = world.roastery;
    const first = await callTool(limited.client, 'run_metric_query', {
      projectUuid,
      exploreId: 'orders',
      dimensions: ['orders_order_id'],
      metrics: ['orders_order_count'],
      limit: 2_000,
    });
    const resultId = /resultId"?[: ]*"?([\w-]{8})/.exec(first.text)?.[1];
    expect(await callTool(limited.client, 'get_query_result', { resultId, offset: 1_990 })).toMatchObject({
      isError: false,
    });
    before = world.sandbox.requests.length;
    const queryUuid = '00000000-0000-4000-8000-000000000000';
    for (const tool of ['get_query_result', 'cancel_query']) {
      for (const spelled of [world.second.projectUuid, world.second.projectUuid.toUpperCase(), 'Second']) {
        await expectRefused(tool, { queryUuid, projectUuid: spelled });
      }
    }
    await expectRefused('get_query_result', { resultId, projectUuid: world.second.projectUuid });
    // Without a project it is looked for in the only visible one.
    for (const tool of ['get_query_result', 'cancel_query'])
      expect(await callTool(limited.client, tool, { queryUuid })).toMatchObject({ isError: true });
    expect(sent().join()).not.toContain(world.second.projectUuid);
  });

  test('ids in odd spelling find nothing foreign, and invalid ids nothing', async () => {
    const { chartUuid, jobId, nanoId, commentId } = world.second;
    const { dashboardUuid } = world.roastery;
    const odd = (id: string) => [
      id.toUpperCase(),
      ` ${id}`,
      `${id}\u200b`,
      `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`,
      `x/../${id}`,
      `${id}/..`,
      `${id}?x=1`,
      `${id}#`,
    ];
    for (const id of odd(chartUuid)) await expectRefused('get_chart_history', { chartUuid: id });
    for (const id of odd(jobId)) await expectRefused('get_scheduler_job_status', { jobId: id });
    await expectRefused('get_scheduler_job_status', { jobId: Number(jobId) });
    for (const id of odd(commentId)) await expectRefused('delete_comment', { dashboardUuid, commentId: id });
    for (const id of odd(nanoId)) {
      expect(await callTool(limited.client, 'get_share_url', { nanoId: id })).toMatchObject({ isError: true });
      expect(sent()).toEqual([]);
    }
    // Newer servers take slugs where older ones take uuids: inside of a body they are sent as they are.
    for (const slug of ['total-revenue', 'revenue-by-month'])
      await expectRefused('send_scheduler', { scheduler: { savedChartUuid: slug } });
    await expectRefused('get_chart_history', { chartUuid: 'of-the-second-alone' });
  });

  test('a delivery with filters and a Google sheet is allowed', async () => {
    const { schedulerUuid, chartUuid } = world.roastery;
    const scheduler = {
      name: 'x',
      cron: '0 9 * * 1',
      format: 'gsheets',
      savedChartUuid: chartUuid,
      dashboardUuid: null,
      options: { gdriveId: 'sheet', gdriveName: 'x', gdriveOrganizationName: 'y', url: 'https://x.example' },
      filters: [{ id: 'of the filter', target: { fieldId: 'orders_status' }, operator: 'equals', values: ['x'] }],
      targets: [],
    };
    const { text } = await callTool(limited.client, 'update_scheduler', { schedulerUuid, scheduler });
    expect(text).not.toMatch(/was not (called|carried out)/);
    before = world.sandbox.requests.length;
    await expectRefused('update_scheduler', {
      schedulerUuid,
      scheduler: { ...scheduler, filters: [{ id: 'x', chartUuid: world.second.chartUuid }] },
    });
  });

  test('a compact surface does not bypass it', async () => {
    const compact = await connect({ LIGHTDASH_ALLOWED_PROJECTS: 'Roastery', LIGHTDASH_TOOLSETS: 'compact' });
    for (const [operation, args] of callsAbout(world.second, world.roastery)) {
      const tool = tools.find(({ name }) => name === operation);
      const callTool = tool?.readOnly ? 'run_read_operation' : 'run_write_operation';
      await expectRefused(callTool, { operation, arguments: args }, compact);
    }
    await expectRefused('run_read_operation', { operation: 'get_my_organization' }, compact);
    await compact.close();
  });

  test('a configured project that is not allowed is neither called nor shown', async () => {
    const host = await connect({
      LIGHTDASH_ALLOWED_PROJECTS: 'Roastery',
      LIGHTDASH_PROJECT: world.second.projectUuid,
    });
    await expectRefused('get_explores', {}, host);
    const foreign = [world.second.projectUuid, world.second.chartUuid, world.second.dashboardUuid];
    const complete = (name: string) =>
      host.client.complete({
        ref: { type: 'ref/resource', uri: `lightdash://projects/{projectUuid}/${name}` },
        argument: { name: name === 'charts/{chartUuid}' ? 'chartUuid' : 'dashboardUuid', value: '' },
      });
    const answer = JSON.stringify([
      await complete('charts/{chartUuid}'),
      await complete('dashboards/{dashboardUuid}'),
      await host.client.listResources(),
      (await host.client.listPrompts()).prompts,
    ]);
    for (const id of foreign) expect(answer).not.toContain(id);
    expect(answer).toContain(world.roastery.chartUuid);
    await host.close();
  });

  test('resource addresses show nothing of another project', async () => {
    const { projectUuid, chartUuid, dashboardUuid } = world.second;
    const ours = world.roastery.projectUuid;
    for (const path of [
      `${projectUuid}/explores`,
      `${projectUuid.toUpperCase()}/charts`,
      `${projectUuid}/charts/${chartUuid}`,
      `${ours}/charts/${chartUuid}`,
      `${ours}/dashboards/${dashboardUuid}`,
      `${ours}/..%2f${projectUuid}/explores`,
    ]) {
      await expect(limited.client.readResource({ uri: `lightdash://projects/${path}` }), path).rejects.toThrow();
    }
    expect(sent()).toEqual([]);
  });

  test('a job started here can be followed, one started elsewhere cannot', async () => {
    const { text } = await callTool(limited.client, 'send_scheduler', {
      scheduler: {
        name: 'now',
        format: 'csv',
        cron: '0 9 * * 1',
        options: { limit: 'table', formatted: true },
        targets: [],
        savedChartUuid: world.roastery.chartUuid,
        dashboardUuid: null,
      },
    });
    const jobId = /job\D+(\d+)/.exec(text)?.[1];
    expect(jobId).toBeDefined();
    expect(await callTool(limited.client, 'get_scheduler_job_status', { jobId })).toMatchObject({ isError: false });
    before = world.sandbox.requests.length;
    await expectRefused('get_scheduler_job_status', { jobId: world.roastery.jobId });
  });

  test('a chart made in the web app a moment ago is found', async () => {
    const { chartUuid, spaceUuid } = world.roastery;
    await callTool(limited.client, 'get_chart_history', { chartUuid });
    const admin = Person.withToken(world.sandbox, world.sandbox.tokens.admin);
    const made = await admin.call('POST', `/api/v1/projects/${world.roastery.projectUuid}/saved`, {
      ...((await admin.call('GET', `/api/v1/saved/${chartUuid}`)).results as object),
      name: 'made elsewhere',
      spaceUuid,
    });
    const { uuid } = made.results as { uuid: string };
    expect(await callTool(limited.client, 'get_chart_history', { chartUuid: uuid })).toMatchObject({ isError: false });
  });

  test('another project renamed to an allowed name is not allowed', async () => {
    const made = await callToolConfirmed(limited.client, 'create_preview_project', {
      projectUuid: world.roastery.projectUuid,
      name: 'Roastery',
      copyContent: false,
    });
    const preview = made.text.trim();
    await expectRefusedAfter(preview);
    const fresh = await connect({ LIGHTDASH_ALLOWED_PROJECTS: 'Roastery' });
    const answer = await callTool(fresh.client, 'get_project', { projectUuid: world.roastery.projectUuid });
    expect(answer).toMatchObject({ isError: true, text: expect.stringMatching(/"Roastery".* 2 projects .*uuid/) });
    await fresh.close();
  });
  async function expectRefusedAfter(projectUuid: string) {
    before = world.sandbox.requests.length;
    await expectRefused('get_project', { projectUuid });
    expect(await callTool(limited.client, 'get_project', { projectUuid: world.roastery.projectUuid })).toMatchObject({
      isError: false,
    });
  }
});
