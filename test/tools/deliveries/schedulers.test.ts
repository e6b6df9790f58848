import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RELEASES, type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { expectLine } from '../../helpers/answers.ts';
import { type Connection, callTool, connectInMemory } from '../../helpers/client.ts';
import { expectNoNote, expectNote } from '../../helpers/notes.ts';

const chartDelivery = '4910fc9a-0bfa-4c28-bc43-aef83c252003';
const dashboardDelivery = '51ed0edc-b9c8-4579-8711-ea9dd9104912';
const weekly = {
  name: 'Weekly revenue',
  chart: 'Revenue by month',
  to: ['vic@roastery.example'],
  when: 'every Monday 8:00',
};

describe.each(RELEASES)('deliveries on %s', (version) => {
  let sandbox: Sandbox;
  let host: Connection;
  const isNewer = version === '1.219';
  const questions: string[] = [];
  let person: 'accept' | 'decline' = 'accept';

  beforeAll(async () => {
    sandbox = await startSandbox({ version });
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    sandbox.reset();
    questions.length = 0;
    person = 'accept';
    host = await connect(sandbox.tokens.admin);
    return () => host.close();
  });

  const connect = (token: string, more: Record<string, string> = {}) =>
    connectInMemory(
      { LIGHTDASH_URL: sandbox.url, LIGHTDASH_API_KEY: token, LIGHTDASH_PROJECT: 'Roastery', ...more },
      {
        elicit: (question) => {
          questions.push(question);
          return person;
        },
      },
    );

  async function call(tool: string, args: Record<string, unknown>, connection = host) {
    const { text, isError } = await callTool(connection.client, tool, args);
    expect(isError, text).toBe(false);
    return text;
  }

  async function refusal(tool: string, args: Record<string, unknown>, connection = host) {
    const before = sandbox.requests.length;
    const { text, isError } = await callTool(connection.client, tool, args);
    expect(isError, text).toBe(true);
    const writes = sandbox.requests.slice(before).filter(({ method }) => method !== 'GET');
    expect(writes).toEqual([]);
    return text;
  }

  const uuidIn = (text: string) => /schedulerUuid ([0-9a-f-]{36})/.exec(text)?.[1] ?? '';
  const stored = (uuid: string) => sandbox.store.schedulers.get(uuid);
  const count = () => sandbox.store.schedulers.size;

  it('are created after a confirmation of content, recipients and time', async () => {
    const text = await call('create_scheduler', { ...weekly, timezone: 'Europe/Lisbon', message: 'Here it is' });
    expect(questions).toHaveLength(1);
    for (const fact of ['Revenue by month', 'csv', 'vic@roastery.example', 'Monday', '08:00', 'Europe/Lisbon']) {
      expect(questions[0]).toContain(fact);
    }
    expect(stored(uuidIn(text))).toMatchObject({
      name: 'Weekly revenue',
      cron: '0 8 * * 1',
      timezone: 'Europe/Lisbon',
      message: 'Here it is',
      format: 'csv',
      savedChartUuid: ids.charts.revenueByMonth,
      enabled: true,
      targets: [{ recipient: 'vic@roastery.example' }],
    });
    expect(text.match(/Mon \d{4}-\d\d-\d\d 08:00/g)).toHaveLength(3);
    expect(text).toContain(`/saved/${ids.charts.revenueByMonth}/view`);
    expect(text).toContain('delete_scheduler');
  });

  it('have the name of their content by default', async () => {
    const { name: _, ...unnamed } = weekly;
    expect(stored(uuidIn(await call('create_scheduler', unnamed)))?.name).toBe('Revenue by month');
  });

  it('are not created if the person declines', async () => {
    person = 'decline';
    const before = count();
    expect(await call('create_scheduler', weekly)).toContain('Nothing was changed');
    expect(count()).toBe(before);
  });

  it('name recipients outside of the organization in the confirmation', async () => {
    await call('create_scheduler', { ...weekly, to: ['me', 'ada@roastery.example', 'someone@elsewhere.example'] });
    expectLine(questions[0] ?? '', 'No member', 'someone@elsewhere.example');
    const [made] = [...sandbox.store.schedulers.values()].filter(({ name }) => name === weekly.name);
    expect(made?.targets.map(({ recipient }) => recipient)).toEqual([
      'ada@roastery.example',
      'someone@elsewhere.example',
    ]);
  });

  it('follow the zone of the project by default', async () => {
    const text = await call('create_scheduler', { ...weekly, when: '1st of the month 7:15' });
    expectLine(text, 'UTC', 'project');
    expect(stored(uuidIn(text))?.timezone).toBeNull();
  });

  it.each([
    { ...weekly, to: ['vic'] },
    { ...weekly, to: ['vic@roastery'] },
    { ...weekly, to: ['#sales'] },
    { ...weekly, to: ['http://hooks.roastery.example/x'] },
    { ...weekly, to: ['https://docs.google.com/spreadsheets/d/abc/edit', 'vic@roastery.example'] },
    { ...weekly, to: [] },
    { ...weekly, when: 'every 30 minutes' },
    { ...weekly, when: '30 8 31 2 *' },
    { ...weekly, timezone: 'New York' },
    { ...weekly, chart: 'No such chart' },
    { ...weekly, chart: '11111111-1111-4111-8111-111111111111' },
    { ...weekly, dashboard: 'Sales overview' },
    { ...weekly, chart: undefined },
    { ...weekly, filters: [{ field: 'orders_status', operator: 'equals', values: ['delivered'] }] },
    { ...weekly, alert: { field: 'orders_nope', operator: '<', value: 10 } },
    { ...weekly, alert: { field: 'orders_total_revenue', operator: 'equals', value: 10 } },
    { ...weekly, format: 'docx' },
    { ...weekly, recipients: ['vic@roastery.example'] },
  ])('are refused before the confirmation: %j', async (args) => {
    const before = count();
    await refusal('create_scheduler', args);
    expect(questions).toEqual([]);
    expect(count()).toBe(before);
  });

  it.each([
    [{ recipients: ['vic@roastery.example'] }, 'to'],
    [{ cron: '0 8 * * 1' }, 'when'],
  ])('name the correct argument for %j', async (other, argument) => {
    expect(await refusal('create_scheduler', { ...weekly, ...other })).toContain(`did you mean ${argument}?`);
  });

  it('of a dashboard set its filters, and no others', async () => {
    const sales = { name: 'Sales', dashboard: 'Sales overview', to: ['me'], when: 'daily 8:00' };
    const plain = await call('create_scheduler', sales);
    expect(stored(uuidIn(plain))).toMatchObject({ dashboardUuid: ids.dashboards.sales, filters: [] });
    const portugal = { field: 'customers_country', operator: 'equals', values: ['Portugal'] };
    const text = await call('create_scheduler', { ...sales, filters: [portugal] });
    const own = sandbox.store.dashboards.get(ids.dashboards.sales)?.filters.dimensions ?? [];
    const country = own.find(({ target }) => JSON.stringify(target).includes('customers_country'));
    expect(country).toBeDefined();
    const [rule, ...others] = [stored(uuidIn(text))?.filters].flat();
    expect(rule).toMatchObject({ id: country?.id, operator: 'equals', values: ['Portugal'] });
    expect(others).toEqual([]);
    expect(text).toContain('customers_country = Portugal');
    expectNoNote(text, 'no such value', 'value not verified');
    const lower = { ...portugal, values: ['portugal'] };
    const unknown = await call('create_scheduler', { ...sales, name: 'Lower', filters: [lower] });
    expectNote(unknown, 'no such value', 'customers_country', '"portugal"', 'Portugal');
    const other = { field: 'orders_status', operator: 'equals', values: ['delivered'] };
    expect(await refusal('create_scheduler', { ...sales, filters: [other] })).toContain('orders_status');
  });

  it('can be alerts on a field of the chart', async () => {
    const text = await call('create_scheduler', {
      ...weekly,
      chart: 'Orders by channel',
      alert: { field: 'order count', operator: '<', value: 10, notify: 'once' },
    });
    expect(stored(uuidIn(text))).toMatchObject({
      thresholds: [{ fieldId: 'orders_order_count', operator: 'lessThan', value: 10 }],
      notificationFrequency: 'once',
    });
    expectLine(text, 'orders_order_count < 10', 'first row');
    expect(questions[0]).toContain('orders_order_count < 10');
  });

  describe('as alerts', () => {
    const alert = (value: unknown, operator = '<', field = 'revenue') => ({
      ...weekly,
      alert: { field, operator, value },
    });
    const rate = { exploreId: 'orders', metrics: ['orders_delivery_rate'], dimensions: ['orders_ordered_at_month'] };
    const thresholdIn = (text: string) => stored(uuidIn(text))?.thresholds;

    it.each([
      [500, 500],
      ['$1,200.50', 1200.5],
      ['1,200', 1200],
    ])('take the number %j', async (written, value) => {
      const text = await call('create_scheduler', alert(written, 'falls below'));
      expect(thresholdIn(text)).toEqual([{ fieldId: 'order_items_total_revenue', operator: 'lessThan', value }]);
    });

    it.each([
      alert('many'),
      alert('12 apples'),
      alert(''),
      alert('85%'),
      alert('€500'),
      alert(500, '>='),
      alert(-5, 'increasedBy'),
      alert(500, '<', 'orders_ordered_at_month'),
    ])('are refused unless they compare with a number: %j', async (args) => {
      await refusal('create_scheduler', args);
      expect(questions).toEqual([]);
    });

    it('on a ratio say that 85 is not 85%', async () => {
      await call('create_chart', { name: 'Rate', space: 'Sales', show: 'line', query: rate });
      const of = (value: unknown) => ({ ...alert(value, '<', 'delivery rate'), chart: 'Rate' });
      const percent = await call('create_scheduler', of('85 %'));
      expect(thresholdIn(percent)).toMatchObject([{ value: 0.85 }]);
      expect(percent).not.toContain('ratio');
      const whole = await call('create_scheduler', of(85));
      expect(thresholdIn(whole)).toMatchObject([{ value: 85 }]);
      expectLine(whole, 'Note', 'orders_delivery_rate', 'ratio', '8500%');
      expect(questions.at(-1)).toContain('8500%');
    });

    it('on a change say if there is no second row, and that 0.1 is no tenth', async () => {
      const text = await call('create_scheduler', { ...alert(0.1, 'increasedBy'), chart: 'Total revenue' });
      expectLine(text, 'Note', 'one row', 'never');
      expectLine(text, 'Note', '0.1 is 0.1%');
      const months = await call('create_scheduler', alert('10%', 'decreasedBy'));
      expect(thresholdIn(months)).toMatchObject([{ operator: 'decreasedBy', value: 10 }]);
      expect(months).not.toContain('never');
    });

    it('on months say which one the first row is', async () => {
      expectLine(
        await call('create_scheduler', alert(500)),
        'Note',
        'first row',
        'earliest',
        'orders_ordered_at_month',
      );
      const latest = { ...rate, sorts: ['-orders_ordered_at_month'] };
      await call('create_chart', { name: 'Latest rate', space: 'Sales', show: 'line', query: latest });
      const text = await call('create_scheduler', { ...alert(0.8, '<', 'delivery rate'), chart: 'Latest rate' });
      expect(text).not.toContain('earliest');
    });
  });

  it('are shown as lines, with their zone and next runs', async () => {
    const text = await call('get_scheduler', { schedulerUuid: chartDelivery });
    expect(text).toContain('"Weekly country table"');
    expectLine(text, 'chart', '"Orders by country and status"', 'csv');
    expect(text).toContain('To: ada@roastery.example.');
    expect(text).toMatch(/\(0 9 \* \* 1\), UTC\. Next: Mon \d{4}-\d\d-\d\d 09:00; Mon /);
    expect(text).not.toContain('{');
  });

  it('change in what is named and in nothing else', async () => {
    const before = structuredClone(stored(chartDelivery));
    const text = await call('update_scheduler', { schedulerUuid: chartDelivery, when: 'weekdays 7:30' });
    expect(questions).toEqual([]);
    const after = stored(chartDelivery);
    expect(after).toMatchObject({
      ...before,
      cron: '30 7 * * 1-5',
      updatedAt: after?.updatedAt,
      targets: after?.targets,
    });
    expect(after?.targets.map(({ recipient }) => recipient)).toEqual(['ada@roastery.example']);
    expect(text).toContain('- when: 0 9 * * 1 -> 30 7 * * 1-5');
  });

  it('keep the options of a file when its format changes', async () => {
    const format = isNewer ? 'xlsx' : 'csv';
    const before = structuredClone(stored(dashboardDelivery)?.options);
    await call('update_scheduler', { schedulerUuid: dashboardDelivery, format, message: 'Here' });
    expect(stored(dashboardDelivery)).toMatchObject({ format, message: 'Here', options: before });
  });

  it('are confirmed for a new recipient, and not for a removed one', async () => {
    await call('update_scheduler', { schedulerUuid: chartDelivery, add: ['vic@roastery.example'] });
    expect(questions).toHaveLength(1);
    expect(questions[0]).toContain('ada@roastery.example, vic@roastery.example');
    await call('update_scheduler', { schedulerUuid: chartDelivery, remove: ['ADA@roastery.example'] });
    expect(questions).toHaveLength(1);
    expect(stored(chartDelivery)?.targets.map(({ recipient }) => recipient)).toEqual(['vic@roastery.example']);
    await refusal('update_scheduler', { schedulerUuid: chartDelivery, remove: ['vic@roastery.example'] });
    await refusal('update_scheduler', { schedulerUuid: chartDelivery, remove: ['edie@roastery.example'] });
    await refusal('update_scheduler', { schedulerUuid: chartDelivery });
  });

  it('are switched off without a confirmation and on again with one', async () => {
    await call('update_scheduler', { schedulerUuid: chartDelivery, enabled: false });
    expect(stored(chartDelivery)?.enabled).toBe(false);
    expect(await call('get_scheduler', { schedulerUuid: chartDelivery })).toContain('switched off');
    expect(questions).toEqual([]);
    await call('update_scheduler', { schedulerUuid: chartDelivery, enabled: true, timezone: 'Europe/Lisbon' });
    expect(questions).toHaveLength(1);
    expect(questions[0]).toContain('Europe/Lisbon');
    expect(stored(chartDelivery)).toMatchObject({ enabled: true, timezone: 'Europe/Lisbon' });
    await call('update_scheduler_enabled', { schedulerUuid: chartDelivery, enabled: false });
    await call('update_scheduler_enabled', { schedulerUuid: chartDelivery, enabled: true });
    expect(questions).toHaveLength(2);
  });

  it('keep their zone, and may return to that of the project', async () => {
    await call('update_scheduler', { schedulerUuid: chartDelivery, name: 'Renamed' });
    expect(stored(chartDelivery)).toMatchObject({ name: 'Renamed', timezone: 'UTC' });
    await call('update_scheduler', { schedulerUuid: chartDelivery, timezone: 'project' });
    expect(stored(chartDelivery)?.timezone).toBeNull();
  });

  it('are sent at once after a confirmation', async () => {
    const text = await call('send_scheduler_now', { schedulerUuid: chartDelivery });
    expect(questions[0]).toContain('ada@roastery.example');
    expectLine(text, /^Sent/, '"Weekly country table"', 'ada@roastery.example');
    const sent = sandbox.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/send'));
    expect(sent).toHaveLength(1);
    if (!isNewer) return;
    const runs = await call('list_scheduler_runs', { schedulerUuid: chartDelivery });
    expect(runs).toMatch(/^1 run: /);
    expectLine(runs, 'Weekly country table', 'Orders by country and status', 'completed', '1 of 1');
    expect(await call('list_scheduler_runs', { schedulerUuid: dashboardDelivery })).toContain('no record');
    expectLine(await call('list_schedulers', {}), 'Weekly country table', 'completed');
  });

  it('that fail show the reason, also in the list of runs', async () => {
    const made = await call('create_scheduler', { ...weekly, format: 'image' });
    const schedulerUuid = uuidIn(made);
    const { text, isError } = await callTool(host.client, 'send_scheduler_now', { schedulerUuid });
    expect(isError).toBe(true);
    expect(text).toContain('HEADLESS_BROWSER_HOST');
    if (isNewer) {
      const runs = await call('list_scheduler_runs', { failed: true });
      expect(runs).toMatch(/\|failed\|.*HEADLESS_BROWSER_HOST/);
    }
  });

  it('are listed by project, chart and dashboard', async () => {
    const all = await call('list_schedulers', {});
    expect(all).toMatch(isNewer ? /^6 scheduled deliveries: / : /^2 scheduled deliveries: /);
    expectLine(all, 'dashboard Sales overview', 'csv', 'vic@roastery.example', '08:00', 'every day', 'UTC');
    expectLine(all, '2026-11-23', 'Ada Abara', 'on');
    const ofChart = await call('list_schedulers', { chart: 'Orders by country and status' });
    expect(ofChart).toContain(chartDelivery);
    expect(ofChart).not.toContain(dashboardDelivery);
    expect(await call('list_schedulers', { dashboard: 'Sales overview' })).toContain(dashboardDelivery);
    expectLine(await call('list_schedulers', { chart: 'Revenue by month' }), /^No deliveries of/, 'Revenue by month,');
    const ofSql = { chart: 'Raw orders by day' };
    if (isNewer) expectLine(await call('list_schedulers', ofSql), 'Raw orders by day');
    else expectLine(await refusal('list_schedulers', ofSql), 'delivers no SQL charts');
  });

  it('are listed as far as the role may see them', async () => {
    const viewer = await connect(sandbox.tokens.viewer);
    const { text, isError } = await callTool(viewer.client, 'list_schedulers', {});
    if (isNewer) {
      expect(isError, text).toBe(false);
      expect(text).toContain('Only your own');
      expect(text).not.toContain('Weekly country table');
    } else expect(isError).toBe(true);
    await viewer.close();
  });

  it.each([
    { ...weekly, chart: 'Raw orders by day' },
    { ...weekly, format: 'xlsx' },
    { ...weekly, to: ['https://hooks.roastery.example/teams'] },
  ])('are created by releases that support them, and refused before a confirmation by others: %j', async (args) => {
    const before = count();
    if (!isNewer) {
      expect(await refusal('create_scheduler', args)).toMatch(/\bno .*(SQL charts|xlsx|Teams)/);
      expect(questions).toEqual([]);
      expect(count()).toBe(before);
      return;
    }
    const text = await call('create_scheduler', args);
    expect(questions).toHaveLength(1);
    expect(stored(uuidIn(text))).toMatchObject({ name: weekly.name, format: 'format' in args ? args.format : 'csv' });
    const [target] = stored(uuidIn(text))?.targets ?? [];
    expect(target?.webhook ?? target?.recipient).toBe(args.to[0]);
    if (args.chart === 'Raw orders by day') expect(stored(uuidIn(text))?.savedSqlUuid).toBeTruthy();
  });

  it('are not created by a read-only server, nor outside of the allowed projects', async () => {
    const reading = await connect(sandbox.tokens.admin, { LIGHTDASH_READ_ONLY: 'true' });
    const { tools } = await reading.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['list_schedulers', 'get_scheduler']));
    for (const name of ['create_scheduler', 'update_scheduler', 'send_scheduler_now']) {
      expect(tools.map((tool) => tool.name)).not.toContain(name);
    }
    await reading.close();
  });

  it('leave the zone of the project unchanged if the new one is invalid', async () => {
    const settings = { schedulerTimezone: 'New York' };
    expect(await refusal('update_scheduler_settings', settings)).toContain('America/New_York');
    await call('update_scheduler_settings', { schedulerTimezone: 'America/New_York' });
    expect(sandbox.store.projects.get(ids.project)?.schedulerTimezone).toBe('America/New_York');
    expect(questions).toHaveLength(1);
    expectLine(questions[0] ?? '', 'America/New_York', 'UTC');
    await refusal('update_scheduler_settings', { schedulerTimezone: 'GMT+2' });
    person = 'decline';
    await call('update_scheduler_settings', { schedulerTimezone: 'Mars/Base' });
    expect(questions[1]).toContain('Mars/Base');
    expect(sandbox.store.projects.get(ids.project)?.schedulerTimezone).toBe('America/New_York');
    await refusal('update_scheduler', { schedulerUuid: chartDelivery, timezone: 'GMT+2' });
  });
});
