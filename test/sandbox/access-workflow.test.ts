import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { Person } from './person.ts';

let sandbox: Sandbox;
let admin: Person;
let vic: Person;
let val: Person;
let edie: Person;
beforeAll(async () => {
  sandbox = await startSandbox();
  const { tokens } = sandbox;
  [admin, vic, val, edie] = [tokens.admin, tokens.viewer, tokens.plainViewer, tokens.editor].map((token) =>
    Person.withToken(sandbox, token),
  ) as [Person, Person, Person, Person];
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const projectUuid = '28a012f6-4897-4927-8e21-30880ba92505';
const project = `/api/v1/projects/${projectUuid}`;
const users = {
  vic: '4dcef454-8e10-49a2-aa9f-584ba7091eec',
  edie: 'e24a02c9-5d9b-4e07-ba41-9b4b3714fec0',
  val: '7b62f0ab-1faf-46ef-8ad1-c446ceaab47e',
};
const finance = '87ee76d6-f9bd-4358-9c02-9b7c194f4bcc';
const withUuid = z.object({ uuid: z.string() });
const space = z.object({
  isPrivate: z.boolean(),
  access: z.array(z.object({ email: z.string(), role: z.string(), hasDirectAccess: z.boolean() })),
  groupsAccess: z.array(z.object({ groupUuid: z.string(), spaceRole: z.string(), groupName: z.string() })),
});
const newSpace = async (body: object) => (await admin.get(withUuid, 'POST', `${project}/spaces`, body)).uuid;

describe('a space', () => {
  it('is private by default, and opens to a group and its members, and closes again', async () => {
    const uuid = await newSpace({ name: 'Board' });
    const path = `${project}/spaces/${uuid}`;
    expect((await edie.call('GET', path)).status).toBe(403);
    await admin.call('POST', `${path}/group/share`, { groupUuid: finance, spaceRole: 'editor' });
    const seen = await edie.get(space, 'GET', path);
    expect(seen.isPrivate).toBe(true);
    expect(seen.groupsAccess).toEqual([{ groupUuid: finance, spaceRole: 'editor', groupName: 'Finance' }]);
    expect(seen.access).toContainEqual({ email: 'edie@roastery.example', role: 'editor', hasDirectAccess: true });
    expect((await val.call('GET', path)).status).toBe(403);
    await admin.call('PUT', `/api/v1/groups/${finance}/members/${users.val}`);
    expect((await val.call('GET', path)).status).toBe(200);
    await admin.call('DELETE', `${path}/group/share/${finance}`);
    expect((await edie.call('GET', path)).status).toBe(403);
    const spaces = z.array(z.object({ uuid: z.string() }));
    expect(await edie.get(spaces, 'GET', `${project}/spaces`)).not.toContainEqual(expect.objectContaining({ uuid }));
  });

  it('answers 500 for unknown users, and 200 for revoking nothing', async () => {
    const path = `${project}/spaces/${await newSpace({ name: 'x' })}`;
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect((await admin.call('POST', `${path}/share`, { userUuid: unknown, spaceRole: 'viewer' })).status).toBe(500);
    const revoked = await admin.call('DELETE', `${path}/share/${unknown}`);
    expect(revoked.status).toBe(200);
    expect(JSON.parse(revoked.text)).toEqual({ status: 'ok' });
  });

  it('lets a user with its editor role change charts, but not a viewer of the project', async () => {
    const uuid = await newSpace({ name: 'Shared work' });
    for (const userUuid of [users.vic, users.val]) {
      await admin.call('POST', `${project}/spaces/${uuid}/share`, { userUuid, spaceRole: 'editor' });
    }
    const topProducts = '/api/v1/saved/759185a2-ce7c-4322-a4dd-9a22fd9f78d2';
    await admin.call('PATCH', topProducts, { spaceUuid: uuid });
    expect((await vic.call('PATCH', topProducts, { name: 'x' })).status).toBe(200);
    expect((await val.call('PATCH', topProducts, { name: 'x' })).status).toBe(403);
  });

  it('is deleted with its dashboards, charts, deliveries and comments', async () => {
    await admin.call('DELETE', `${project}/spaces/1ea731d7-577c-4794-bf58-fa7deacc5c49`);
    const { charts, dashboards, schedulers, comments, sqlCharts } = sandbox.store;
    expect([charts.size, dashboards.size, schedulers.size, comments.size, sqlCharts.size]).toEqual([3, 1, 0, 0, 0]);
    const again = await admin.call('DELETE', `${project}/spaces/1ea731d7-577c-4794-bf58-fa7deacc5c49`);
    expect(again.error?.name).toBe('NotFoundError');
  });
});

describe('a group', () => {
  const group = z.object({ uuid: z.string(), memberUuids: z.array(z.string()) });

  it('gives its members its role in a project, until it is deleted', async () => {
    const query = {
      exploreName: 'orders',
      dimensions: ['orders_status'],
      metrics: [],
      filters: {},
      sorts: [],
      limit: 1,
    };
    const run = () => val.call('POST', `${project}/explores/orders/runQuery`, { ...query, tableCalculations: [] });
    expect((await run()).status).toBe(403);
    const made = await admin.get(group, 'POST', '/api/v1/org/groups', {
      name: 'Analysts',
      members: [{ userUuid: users.val }, { userUuid: '00000000-0000-4000-8000-000000000000' }],
    });
    expect(made.memberUuids).toEqual([users.val]);
    const access = `/api/v1/groups/${made.uuid}/projects/${projectUuid}`;
    await admin.call('POST', access, { role: 'interactive_viewer' });
    expect((await run()).status).toBe(200);
    expect((await admin.call('POST', access, { role: 'editor' })).error?.message).toBe('Failed to add project access');
    await admin.call('DELETE', `/api/v1/groups/${made.uuid}`);
    expect((await run()).status).toBe(403);
    expect((await admin.call('PATCH', access, { role: 'editor' })).status).toBe(500);
  });

  it('answers 201 for a new member, and 204 for an existing or unknown one', async () => {
    const members = `/api/v1/groups/${finance}/members`;
    const unknown = '00000000-0000-4000-8000-000000000000';
    const statuses = [];
    for (const userUuid of [users.val, users.val, unknown]) {
      const answer = await admin.call('PUT', `${members}/${userUuid}`);
      statuses.push([answer.status, answer.contentType, answer.text]);
    }
    const nothing = [204, null, ''];
    expect(statuses).toEqual([[201, 'application/json; charset=utf-8', '{"status":"ok"}'], nothing, nothing]);
    expect((await admin.call('DELETE', `${members}/${users.val}`)).status).toBe(200);
    expect((await admin.call('DELETE', `${members}/${users.val}`)).status).toBe(204);
  });
});

describe('a project', () => {
  it('adds a member, changes the role and removes them; unknown users are ignored', async () => {
    const grant = { email: 'val@roastery.example', role: 'developer', sendEmail: false };
    await admin.call('POST', `${project}/access`, grant);
    expect((await val.call('POST', `${project}/sqlQuery`, { sql: 'select 1 as one' })).status).toBe(200);
    expect((await admin.call('POST', `${project}/access`, grant)).status).toBe(409);
    await admin.call('PATCH', `${project}/access/${users.val}`, { role: 'editor' });
    expect((await val.call('POST', `${project}/sqlQuery`, { sql: 'select 1 as one' })).status).toBe(403);
    await admin.call('DELETE', `${project}/access/${users.val}`);
    expect((await admin.call('GET', `${project}/user/${users.val}`)).status).toBe(404);
    const unknown = `${project}/access/00000000-0000-4000-8000-000000000000`;
    expect((await admin.call('PATCH', unknown, { role: 'viewer' })).status).toBe(200);
    expect((await admin.call('DELETE', unknown)).status).toBe(200);
  });
});

describe('a member of the organization', () => {
  it('is deleted together with group memberships, shares, roles and attributes', async () => {
    await admin.call('DELETE', `/api/v1/org/user/${users.edie}`);
    expect((await edie.call('GET', '/api/v1/user')).error?.message).toBe('Personal access token is not recognised');
    const { groups, spaces, projects, attributes } = sandbox.store;
    const left = JSON.stringify([...groups.values(), ...spaces.values(), ...projects.values(), ...attributes.values()]);
    expect(left).not.toContain(users.edie);
  });

  it('can be neither removed nor demoted as the last admin', async () => {
    const ada = 'fe7f8e5b-8f68-4f02-8300-cd51c4743be9';
    const refusal = { statusCode: 403, message: 'Organization must have at least one admin' };
    expect((await admin.call('DELETE', `/api/v1/org/user/${ada}`)).error).toMatchObject(refusal);
    expect((await admin.call('PATCH', `/api/v1/org/users/${ada}`, { role: 'viewer' })).error).toMatchObject(refusal);
    await admin.call('PATCH', `/api/v1/org/users/${users.vic}`, { role: 'admin' });
    expect((await admin.call('PATCH', `/api/v1/org/users/${ada}`, { role: 'viewer' })).status).toBe(200);
  });
});

describe('a newcomer', () => {
  const user = { firstName: 'Jo', lastName: 'In', email: 'jo@roastery.example', password: 'Roastery!1366' };

  it('joins an organization of their mail domain once the address is verified', async () => {
    const made = await new Person(sandbox).call('POST', '/api/v1/user', user);
    const jo = new Person(sandbox, { cookie: made.headers.get('set-cookie')?.split(';')[0] ?? '' });
    const { organizationUuid = '' } = [...sandbox.store.organizations.values()][0] ?? {};
    const join = () => jo.call('POST', `/api/v1/user/me/joinOrganization/${organizationUuid}`);
    expect((await jo.call('GET', '/api/v1/org')).error?.message).toBe('User is not part of an organization');
    expect((await join()).error?.message).toBe('User has not verified their email');
    await jo.call('PUT', '/api/v1/user/me/email/otp');
    const wrong = await jo.call('GET', '/api/v1/user/me/email/status?passcode=x');
    expect(wrong.results).toMatchObject({ isVerified: false, otp: { numberOfAttempts: 1 } });
    const code = [...sandbox.store.users.values()].at(-1)?.passcode?.code;
    const right = await jo.call('GET', `/api/v1/user/me/email/status?passcode=${code}`);
    expect(right.results).toEqual({ email: 'jo@roastery.example', isVerified: true });
    expect((await jo.call('GET', '/api/v1/user/me/allowedOrganizations')).results).toEqual([
      { organizationUuid, name: 'Roastery', membersCount: 6 },
    ]);
    expect((await join()).status).toBe(200);
    expect((await jo.call('GET', '/api/v1/org')).results).toMatchObject({ name: 'Roastery' });
    expect((await jo.call('DELETE', '/api/v1/user/me')).status).toBe(403);
  });

  it('joins by invitation with its role', async () => {
    const link = z.object({ inviteCode: z.string().length(30) });
    const invitation = { email: 'new@roastery.example', role: 'editor', expiresAt: '2030-01-01T00:00:00.000Z' };
    const { inviteCode } = await admin.get(link, 'POST', '/api/v1/invite-links', invitation);
    const { email: _, ...person } = user;
    const made = await new Person(sandbox).call('POST', '/api/v1/user', { ...person, inviteCode });
    expect(made.results).toMatchObject({ email: 'new@roastery.example', role: 'editor', organizationName: 'Roastery' });
    const again = await new Person(sandbox).call('POST', '/api/v1/user', { ...person, inviteCode });
    expect(again.error?.message).toBe('No invite link found');
  });

  it('creates an organization and deletes it with its content', async () => {
    const made = await new Person(sandbox).call('POST', '/api/v1/user', { ...user, email: 'x@elsewhere.example' });
    const owner = new Person(sandbox, { cookie: made.headers.get('set-cookie')?.split(';')[0] ?? '' });
    await owner.call('PUT', '/api/v1/org', { name: 'Elsewhere' });
    const { organizationUuid } = await owner.get(z.object({ organizationUuid: z.string() }), 'GET', '/api/v1/org');
    expect((await owner.call('DELETE', '/api/v1/user/me')).error?.message).toContain('at least one admin');
    expect((await owner.call('DELETE', `/api/v1/org/${organizationUuid}`)).status).toBe(200);
    expect(await owner.call('GET', '/api/v1/user')).toMatchObject({ status: 401, text: 'Unauthorized' });
    expect(sandbox.store.organizations.size).toBe(1);
  });
});
