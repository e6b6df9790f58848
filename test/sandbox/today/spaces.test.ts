import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { todaysIds } from '../../../src/sandbox/seed/today.ts';
import { named, onToday, project, withUuid } from './people.ts';

const stage = onToday();
const spaces = `${project}/spaces`;
const { europe, iberia, board } = todaysIds.spaces;
const person = z.looseObject({ userUuid: z.string() });
const whole = z.looseObject({
  access: z.array(person),
  breadcrumbs: z.array(z.looseObject({ name: z.string() })),
  childSpaces: z.array(z.looseObject({ uuid: z.string() })),
});
const everyone = z.looseObject({ data: z.array(person.extend({ role: z.string() })) });

describe('a space', () => {
  it('lists only the current user, also if others have access', async () => {
    for (const [who, userUuid] of [
      ['admin', ids.users.ada],
      ['editor', ids.users.edie],
      ['developer', ids.users.dev],
    ] as const) {
      const { access } = await stage.as(who).get(whole, 'GET', `${spaces}/${europe}`);
      expect(access.map((item) => item.userUuid)).toEqual([userUuid]);
    }
  });

  it('lists its parents and its nested spaces', async () => {
    const inner = await stage.as('viewer').get(whole, 'GET', `${spaces}/${iberia}`);
    expect(inner.breadcrumbs.map(({ name }) => name)).toEqual(['Sales', 'Europe', 'Iberia']);
    const outer = await stage.as('viewer').get(whole, 'GET', `${spaces}/${ids.spaces.sales}`);
    expect(outer.childSpaces.map(({ uuid }) => uuid)).toEqual([europe]);
  });

  it('that is private is not listed for users without access, and refuses them', async () => {
    const seenBy = async (who: 'admin' | 'plainViewer') =>
      (await stage.as(who).get(named, 'GET', spaces)).map(({ name }) => name);
    expect(await seenBy('admin')).toContain('Board');
    expect(await seenBy('plainViewer')).not.toContain('Board');
    expect((await stage.as('plainViewer').call('GET', `${spaces}/${board}`)).status).toBe(403);
  });

  it('lists all users with access once to every user who sees it', async () => {
    const { data: users } = await stage.as('admin').get(everyone, 'GET', `${spaces}/${europe}/access`);
    expect(users.map(({ userUuid }) => userUuid)).toEqual(
      expect.arrayContaining([ids.users.ada, ids.users.edie, ids.users.dev, ids.users.vic, ids.users.val]),
    );
    expect(new Set(users.map(({ userUuid }) => userUuid)).size).toBe(users.length);
    const toViewers = await stage.as('plainViewer').get(everyone, 'GET', `${spaces}/${europe}/access`);
    expect(new Set(toViewers.data.map(({ userUuid }) => userUuid))).toEqual(
      new Set(users.map(({ userUuid }) => userUuid)),
    );
  });

  it('passes its access on to nested spaces, until one has its own access', async () => {
    const viewer = stage.as('plainViewer');
    const chart = `/api/v1/saved/${todaysIds.charts.portugal}`;
    expect((await viewer.call('GET', chart)).status).toBe(200);
    await stage.as('admin').call('PATCH', `${spaces}/${europe}`, { name: 'Europe', inheritParentPermissions: false });
    expect((await viewer.call('GET', chart)).status).toBe(403);
    await stage.as('admin').call('POST', `${spaces}/${europe}/share`, {
      userUuid: ids.users.val,
      spaceRole: 'viewer',
    });
    expect((await viewer.call('GET', chart)).status).toBe(200);
  });

  it('lists what is deleted with it, and deletes all of it', async () => {
    const impact = await stage.as('admin').call('GET', `${spaces}/${europe}/delete-impact`);
    expect(JSON.stringify(impact.results)).toContain('Iberia');
    await stage.as('admin').call('DELETE', `${spaces}/${europe}`);
    expect((await stage.as('admin').call('GET', `${spaces}/${iberia}`)).status).toBe(404);
    expect((await stage.as('admin').call('GET', `/api/v1/saved/${todaysIds.charts.portugal}`)).status).toBe(404);
  });

  it('created inside of another inherits its access', async () => {
    const made = await stage
      .as('editor')
      .get(withUuid, 'POST', spaces, { name: 'Azores', parentSpaceUuid: iberia, inheritParentPermissions: true });
    expect((await stage.as('plainViewer').call('GET', `${spaces}/${made.uuid}`)).status).toBe(200);
  });
});
