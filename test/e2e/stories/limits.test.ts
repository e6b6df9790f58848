import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { RELEASES, useStory } from './story.ts';

describe.each(RELEASES)('a server that is limited to one project, on %s', (version) => {
  const story = useStory(version, { LIGHTDASH_ALLOWED_PROJECTS: 'Roastery' });

  /** A chart and its delivery in another project. */
  function foreign() {
    const { store } = story().sandbox;
    const [project] = [...store.projects.values()];
    const chart = store.charts.get(ids.charts.revenueByMonth);
    const [delivery] = [...store.schedulers.values()].filter(({ savedChartUuid }) => savedChartUuid !== null);
    if (!project || !chart || !delivery) throw new Error('not seeded');
    const projectUuid = randomUUID();
    const spaceUuid = randomUUID();
    const space = store.spaces.get(chart.spaceUuid);
    if (!space) throw new Error('no space');
    store.projects.set(projectUuid, { ...structuredClone(project), projectUuid, name: 'Other' });
    store.spaces.set(spaceUuid, { ...structuredClone(space), uuid: spaceUuid, projectUuid });
    const chartUuid = randomUUID();
    store.charts.set(chartUuid, { ...structuredClone(chart), uuid: chartUuid, projectUuid, spaceUuid });
    const schedulerUuid = randomUUID();
    store.schedulers.set(schedulerUuid, { ...structuredClone(delivery), schedulerUuid, savedChartUuid: chartUuid });
    return { projectUuid, chartUuid, schedulerUuid };
  }

  test('11: content of another project is neither changed nor sent, content of its own is', async () => {
    const { call, refused, sandbox, questions } = story();
    const { projectUuid, chartUuid, schedulerUuid } = foreign();
    const before = structuredClone([...sandbox.store.schedulers.values()]);
    const weekly = { name: 'x', to: ['me'], when: 'every Monday 8:00' };
    await refused('create_scheduler', { ...weekly, chart: chartUuid });
    await refused('create_scheduler', { ...weekly, projectUuid, chart: 'Revenue by month' });
    await refused('update_scheduler', { schedulerUuid, add: ['me'] });
    await refused('update_scheduler', { schedulerUuid, enabled: false });
    await refused('send_scheduler_now', { schedulerUuid });
    await refused('delete_scheduler', { schedulerUuid });
    await refused('list_schedulers', { projectUuid });
    await refused('list_scheduler_runs', { projectUuid });
    await refused('update_chart', { chartUuid, name: 'Mine' });
    await refused('delete_chart', { chartUuid });
    expect(questions).toEqual([]);
    expect([...sandbox.store.schedulers.values()]).toEqual(before);
    expect(sandbox.store.charts.get(chartUuid)?.name).toBe('Revenue by month');

    await call('create_scheduler', { ...weekly, chart: 'Revenue by month' });
    expect(questions).toHaveLength(1);
    expect(sandbox.store.schedulers.size).toBe(before.length + 1);
    expect(await call('list_schedulers', {})).not.toContain(schedulerUuid);
  });
});
