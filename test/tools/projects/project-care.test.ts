import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectLine, outcomeOf } from '../../helpers/answers.ts';
import { Administration, ids, RELEASES } from '../people/administrators.ts';

const projectUuid = ids.project;

describe.each(RELEASES)('care of a project on Lightdash %s', (version) => {
  let admin: Administration;
  beforeAll(async () => {
    admin = await Administration.start(version);
  });
  beforeEach(() => admin.sandbox.reset());
  afterAll(() => admin.close());

  test('errors are listed with their cause and a way to repair them', async () => {
    const text = await admin.does('validate_project', { projectUuid });
    expectLine(text, 'chart', '"Old chart (broken)"');
    const cause = ['orders_store_region', 'not in', 'orders', '1 error'];
    expectLine(text, /^- /, ...cause);
    expectLine(await admin.does('get_latest_validation_results', { projectUuid }), /^- /, ...cause);
  });

  test('the users of a project are reported if Lightdash counts them, else a sentence says that it does not', async () => {
    if (version === '0.1366') {
      expectLine(await admin.fails('get_user_activity', { projectUuid }), 'cannot', 'newer releases');
      return;
    }
    const text = await admin.does('get_user_activity', { projectUuid });
    expectLine(text, /^5 people/, '1 admin', '2 editors or developers', '1 interactive viewer', '1 viewer');
    const charts = [...admin.sandbox.store.charts.values()].filter((chart) => chart.projectUuid === projectUuid);
    const byEdie = charts.filter((chart) => chart.versions[0].createdByUserUuid === ids.users.edie).length;
    expect(text).toContain(`Edie Editor ${byEdie}`);
  });

  test('a renamed field is repaired in all content, after a confirmation that names it', async () => {
    const args = { projectUuid, model: 'orders', from: 'store_region', to: 'channel' };
    if (version === '0.1366') {
      expect(await admin.fails('rename_field', args)).toMatch(/cannot rename/);
      return;
    }
    const { preview, done } = await admin.confirms('rename_field', args);
    expect(outcomeOf(preview)).toBe('question');
    expectLine(preview, 'orders.store_region', 'orders.channel', '1 chart', 'Old chart (broken)');
    expect(preview).not.toContain('Warning');
    expectLine(done, /^Renamed/, 'store_region', 'channel', 'orders', '1 chart');
    const query = admin.sandbox.store.charts.get(ids.charts.broken)?.versions.at(-1)?.metricQuery;
    expect(JSON.stringify(query)).toContain('orders_channel');
    expect(JSON.stringify(query)).not.toContain('orders_store_region');
    expect(await admin.does('validate_project', { projectUuid })).toContain('Nothing is broken');
    const again = await admin.does('rename_field', args);
    expect(outcomeOf(again)).toBe('nothing to do');
    expectLine(again, 'SQL charts', 'orders_store_region');
    expectLine(await admin.fails('rename_field', { ...args, model: 'order' }), '"order"', 'orders');
  });

  test('a new name that the explores lack, and an old one that they still have, are said before the renaming', async () => {
    if (version === '0.1366') return;
    const args = { projectUuid, model: 'orders', from: 'channel', to: 'chanel' };
    expectLine(await admin.fails('rename_field', { ...args, to: 'channel' }), 'channel', 'same');
    const lacking = await admin.does('rename_field', args);
    expectLine(lacking, 'No explore has orders.chanel', 'nearest', 'channel', 'channel is still there', 'not run');
    const other = await admin.confirms('rename_field', { ...args, to: 'status' });
    expectLine(other.preview, 'Warning', 'channel is still there', 'another field than status');
    expectLine(other.done, /^Note/, 'channel is still there');
    // Charts had status before, and keep it.
    expectLine(other.done, 'No one call takes it back', 'status');
    const broken = await admin.confirms('rename_field', { ...args, from: 'store_region', to: 'coupon_code' });
    expect(broken.done).not.toContain('Note:');
    const [, back = '{}'] = /rename_field (\{.*\})/.exec(broken.done) ?? [];
    expectLine(
      (await admin.confirms('rename_field', JSON.parse(back))).done,
      /^Renamed/,
      'coupon_code',
      'store_region',
    );
    const dates = await admin.does('rename_field', { ...args, from: 'store_region', to: 'ordered_at' });
    expect(dates).not.toContain('No explore has');
    const mistyped = await admin.does('rename_field', { ...args, from: 'stattus' });
    expectLine(mistyped, /^Nothing to do/, 'stattus', 'nearest', 'status');
  });

  test('settings of a project are changed one by one, and read back', async () => {
    const args = { projectUuid, queryTimezone: 'Europe/Lisbon', columnTotals: false };
    if (version === '0.1366') {
      expect(await admin.fails('update_project', args)).toMatch(/cannot change/);
      return;
    }
    const project = admin.sandbox.store.projects.get(projectUuid);
    if (project) project.defaults = { case_sensitive: false };
    const { preview, done } = await admin.confirms('update_project', args);
    expectLine(preview, 'Days', 'months', 'Europe/Lisbon', 'UTC');
    expectLine(done, /^Changed/, 'Roastery', 'Europe/Lisbon', 'totals', 'off');
    expect(project?.defaults).toEqual({ case_sensitive: false, column_totals: false });
    expectLine(await admin.fails('update_project', { projectUuid, queryTimezone: 'Mars' }), 'time zone', '"Mars"');
    expect(await admin.fails('update_project', { projectUuid, previewHours: 3 })).toMatch(/no preview project/);
  });

  test('a refresh that fails says why, and that nothing changed', async () => {
    if (version === '0.1366') {
      await admin.fails('refresh_project', { projectUuid });
      return;
    }
    const text = await admin.does('refresh_project', { projectUuid });
    expectLine(text, 'failed', 'as before', 'no dbt connection');
  });
});

test('on 1.219 a preview project expires as requested', async () => {
  const admin = await Administration.start('1.219');
  await admin.does('create_preview_project', { projectUuid, name: 'Try', copyContent: false });
  const now = await admin.does('update_project', { projectUuid: 'Try', previewHours: 5 });
  expectLine(now, /^Changed/, 'Try', 'UTC', /\d{4}-\d\d-\d\d \d\d:\d\d UTC/);
  await admin.close();
});
