import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RELEASES } from '../../src/sandbox/index.ts';
import { ids } from '../../src/sandbox/seed/ids.ts';
import { expectLine } from '../helpers/answers.ts';
import { type Connection, callTool, callToolConfirmed, connectInMemory } from '../helpers/client.ts';
import { startTwoProjects, type TwoProjects } from './two-projects.ts';

// People say the names of things: a tool that takes a uuid takes the name of one thing in its place.

const insideDashboard = { dashboardUuid: ids.dashboards.sales, chartUuid: ids.charts.insideDashboard };
const onDashboard = { dashboardUuid: ids.dashboards.sales, chartUuid: ids.charts.revenueByMonth };

describe.each(RELEASES)('a name instead of a uuid, on %s', (release) => {
  let world: TwoProjects;
  const connections: Connection[] = [];
  const connect = async (settings: Record<string, string>): Promise<Connection> => {
    const { url, tokens } = world.sandbox;
    const connection = await connectInMemory({ LIGHTDASH_URL: url, LIGHTDASH_API_KEY: tokens.admin, ...settings });
    connections.push(connection);
    return connection;
  };
  let ofRoastery: Connection;
  let ofNone: Connection;
  let limited: Connection;

  beforeAll(async () => {
    world = await startTwoProjects(release);
    ofRoastery = await connect({ LIGHTDASH_PROJECT: 'Roastery' });
    ofNone = await connect({});
    limited = await connect({ LIGHTDASH_ALLOWED_PROJECTS: 'Roastery' });
  });
  afterAll(async () => {
    await Promise.all(connections.map(({ close }) => close()));
    await world.sandbox.close();
  });

  const sent = async (work: () => Promise<unknown>): Promise<string[]> => {
    const before = world.sandbox.requests.length;
    await work();
    return world.sandbox.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
  };

  test.each([
    ['run_saved_chart', { chartUuid: 'Revenue by month' }, { chartUuid: ids.charts.revenueByMonth }],
    ['run_saved_chart', { chartUuid: 'revenue-by-month' }, { chartUuid: ids.charts.revenueByMonth }],
    ['get_chart_history', { chartUuid: 'REVENUE BY MONTH' }, { chartUuid: ids.charts.revenueByMonth }],
    ['get_space', { spaceUuid: 'Sales' }, { spaceUuid: ids.spaces.sales }],
    ['run_dashboard_chart', { dashboardUuid: 'Sales overview', chartUuid: 'Ratings by status' }, insideDashboard],
    ['run_dashboard_chart', { dashboardUuid: 'Sales overview', chartUuid: 'Monthly revenue' }, onDashboard],
    ['get_group', { groupUuid: 'finance' }, { groupUuid: ids.groups.finance }],
    ['get_organization_member_by_uuid', { userUuid: 'edie@roastery.example' }, { userUuid: ids.users.edie }],
    ['get_organization_member_by_uuid', { userUuid: 'Edie Editor' }, { userUuid: ids.users.edie }],
  ])('%s of %j gives the same answer as with the uuid', async (tool, named, identified) => {
    const byName = await callTool(ofRoastery.client, tool, named);
    expect(byName).toMatchObject({ isError: false });
    expect(byName.text).toBe((await callTool(ofRoastery.client, tool, identified)).text);
  });

  test('the named project is searched, and without one the uuid is needed', async () => {
    const { sandbox, second } = world;
    const named = await callTool(ofNone.client, 'get_space', { projectUuid: 'Second', spaceUuid: 'Sales' });
    expect(named).toMatchObject({ isError: false });
    const spaceUuid = /spaceUuid ([0-9a-f-]{36})/.exec(named.text)?.[1] ?? '';
    expect(sandbox.store.spaces.get(spaceUuid)).toMatchObject({ projectUuid: second.projectUuid, name: 'Sales' });
    const unnamed = await callTool(ofNone.client, 'get_chart_history', { chartUuid: 'Revenue by month' });
    expect(unnamed).toMatchObject({ isError: true, text: expect.stringContaining('chartUuid') });
    expect(unnamed.text).toContain('Second');
  });

  test('an unknown name is refused with the nearest, and a broken uuid is not a name', async () => {
    const near = await callTool(ofRoastery.client, 'run_saved_chart', { chartUuid: 'Revenue by mont' });
    expect(near).toMatchObject({ isError: true, text: expect.stringContaining('Revenue by month') });
    const broken = ids.charts.revenueByMonth.slice(0, -2);
    const requests = await sent(async () => {
      const { isError, text } = await callTool(ofRoastery.client, 'run_saved_chart', { chartUuid: broken });
      expect({ isError, text }).toMatchObject({ isError: true, text: expect.stringContaining('uuid') });
    });
    expect(requests).toEqual([]);
  });

  test('a failed look-up is reported as such, not as a wrong argument', async () => {
    const { url } = world.sandbox;
    const other = await connectInMemory({
      LIGHTDASH_URL: url,
      LIGHTDASH_API_KEY: 'ldpat_wrong',
      LIGHTDASH_PROJECT: ids.project,
    });
    connections.push(other);
    const { isError, text } = await callTool(other.client, 'get_chart_history', { chartUuid: 'Revenue by month' });
    expect(isError).toBe(true);
    expectLine(text, 'token');
    expect(text).not.toContain('uuid');
  });

  test('nothing is looked up for a call that is refused for another argument', async () => {
    const requests = await sent(async () => {
      const { text } = await callTool(ofRoastery.client, 'run_saved_chart', {
        chartUuid: 'Revenue by month',
        depth: 1,
      });
      expect(text).toContain('depth');
    });
    expect(requests).toEqual([]);
  });

  test('a deletion by name is confirmed, and deletes the thing of that name', async () => {
    const { store, url, tokens } = world.sandbox;
    const made = await fetch(`${url}/api/v1/projects/${ids.project}/spaces`, {
      method: 'POST',
      headers: { authorization: `ApiKey ${tokens.admin}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Short-lived', isPrivate: true }),
    });
    expect(made.status).toBe(200);
    const spaces = store.spaces.size;
    const args = { projectUuid: 'Roastery', spaceUuid: 'short-lived' };
    const preview = await callTool(ofRoastery.client, 'delete_space', args);
    expect(preview.text).toContain('Short-lived');
    expect(store.spaces.size).toBe(spaces);
    expect(await callToolConfirmed(ofRoastery.client, 'delete_space', args)).toMatchObject({ isError: false });
    expect([...store.spaces.values()].map(({ name }) => name)).not.toContain('Short-lived');
  });

  test('no list of a project that is not allowed is read', async () => {
    const { second } = world;
    const requests = await sent(async () => {
      const answer = await callTool(limited.client, 'get_space', {
        projectUuid: second.projectUuid,
        spaceUuid: 'Sales',
      });
      expect(answer).toMatchObject({ isError: true });
    });
    expect(requests.filter((request) => request.includes(second.projectUuid))).toEqual([]);
  });

  test('a dashboard of a project that is not allowed is not read for the name of a chart', async () => {
    const { dashboardUuid } = world.second;
    const requests = await sent(async () => {
      const args = { dashboardUuid, chartUuid: 'Ratings by status of the second' };
      expect(await callTool(limited.client, 'run_dashboard_chart', args)).toMatchObject({ isError: true });
    });
    expect(requests.filter((request) => request.includes(dashboardUuid))).toEqual([]);
  });

  test('people are not looked up if the organization is out of scope', async () => {
    const args = { projectUuid: 'Roastery', userUuid: 'edie@roastery.example' };
    const requests = await sent(async () => {
      const answer = await callTool(limited.client, 'get_project_member_access', args);
      expect(answer).toMatchObject({ isError: true, text: expect.stringContaining('uuid') });
    });
    expect(requests.filter((request) => request.includes('/org/users'))).toEqual([]);
  });
});
