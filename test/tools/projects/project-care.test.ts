import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Administration, ids, RELEASES } from '../people/administrators.ts';

const projectUuid = ids.project;

describe.each(RELEASES)('care of a project on Lightdash %s', (version) => {
  let admin: Administration;
  beforeAll(async () => {
    admin = await Administration.start(version);
  });
  beforeEach(() => admin.sandbox.reset());
  afterAll(() => admin.close());

  test('what is broken comes with its cause, and a way to repair it', async () => {
    const text = await admin.does('validate_project', { projectUuid });
    expect(text).toMatch(/^chart "Old chart \(broken\)"/m);
    expect(text).toMatch(
      /^Causes, most frequent first:\n- field orders_store_region is not in explore orders \(1 error\)/m,
    );
    expect(await admin.does('get_latest_validation_results', { projectUuid })).toContain(
      'orders_store_region is not in',
    );
  });

  test('who uses a project is reported where Lightdash counts it, in a sentence where it does not', async () => {
    if (version === '0.1366') {
      expect(await admin.fails('get_user_activity', { projectUuid })).toMatch(
        /cannot report its use; newer releases can/,
      );
      return;
    }
    const text = await admin.does('get_user_activity', { projectUuid });
    expect(text).toMatch(
      /^5 people can use the project \(1 admin, 2 editors or developers, 1 interactive viewer, 1 viewer\)/,
    );
    const charts = [...admin.sandbox.store.charts.values()].filter((chart) => chart.projectUuid === projectUuid);
    const byEdie = charts.filter((chart) => chart.versions[0].createdByUserUuid === ids.users.edie).length;
    expect(text).toContain(`Edie Editor ${byEdie}`);
  });

  test('a renamed field is repaired in all content, after a question that names it', async () => {
    const args = { projectUuid, model: 'orders', from: 'store_region', to: 'channel' };
    if (version === '0.1366') {
      expect(await admin.fails('rename_field', args)).toMatch(/cannot rename fields in saved content/);
      return;
    }
    const { asked, done } = await admin.confirms('rename_field', args);
    expect(asked).toMatch(
      /Renames orders\.store_region to orders\.channel in saved content: 1 chart \(Old chart \(broken\)\)/,
    );
    expect(done).toMatch(/^Renamed store_region to channel of orders in 1 chart/);
    const query = admin.sandbox.store.charts.get(ids.charts.broken)?.versions.at(-1)?.metricQuery;
    expect(JSON.stringify(query)).toContain('orders_channel');
    expect(JSON.stringify(query)).not.toContain('orders_store_region');
    expect(await admin.does('validate_project', { projectUuid })).toContain('Nothing is broken');
    expect(await admin.does('rename_field', args)).toMatch(/^Nothing to do/);
  });

  test('settings of a project are changed one by one, the others stay, and are read back', async () => {
    const args = { projectUuid, queryTimezone: 'Europe/Lisbon', columnTotals: false };
    if (version === '0.1366') {
      expect(await admin.fails('update_project', args)).toMatch(/cannot change these settings/);
      return;
    }
    const project = admin.sandbox.store.projects.get(projectUuid);
    if (project) project.defaults = { case_sensitive: false };
    expect(await admin.does('update_project', args)).toBe(
      'Now: Roastery, queries in Europe/Lisbon, totals in tables off by default.',
    );
    expect(project?.defaults).toEqual({ case_sensitive: false, column_totals: false });
    expect(await admin.fails('update_project', { projectUuid, queryTimezone: 'Mars' })).toMatch(/no time zone "Mars"/);
    expect(await admin.fails('update_project', { projectUuid, previewHours: 3 })).toMatch(/no preview project/);
  });

  test('a refresh that fails says why, and that nothing changed', async () => {
    if (version === '0.1366') {
      await admin.fails('refresh_project', { projectUuid });
      return;
    }
    const text = await admin.does('refresh_project', { projectUuid });
    expect(text).toMatch(/^The refresh failed, the explores are as before: .*no dbt connection/);
  });
});

test('on 1.219 a preview project ends when it is to', async () => {
  const admin = await Administration.start('1.219');
  await admin.does('create_preview_project', { projectUuid, name: 'Try', copyContent: false });
  expect(await admin.does('update_project', { projectUuid: 'Try', previewHours: 5 })).toMatch(
    /^Now: Try, queries in UTC, ends \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/,
  );
  await admin.close();
});
