import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RELEASES, type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { expectLine, outcomeOf } from '../../helpers/answers.ts';
import { type Connection, callTool, connectInMemory } from '../../helpers/client.ts';
import { type InterceptingLightdash, interceptLightdash } from '../../helpers/intercepting-lightdash.ts';

const projectUuid = ids.project;
const { ada, dev, edie, val } = ids.users;
const OWN_USER = /^GET \/api\/v1\/user(\?|$)/;
const MEMBERS = /^GET \/api\/v1\/org\/users(\?|$)/;
const ROLES = /^GET .*(\/access|\/roles\/assignments|\/groupAccesses)(\?|$)/;
const forbidden = { error: { statusCode: 403, name: 'ForbiddenError', message: "You don't have access", data: {} } };

describe.each(RELEASES)('look-ups for the text of a confirmation on Lightdash %s', (version) => {
  let sandbox: Sandbox;
  let proxy: InterceptingLightdash;
  let connection: Connection;
  /** The reads since the start of a test. */
  let reads: string[] = [];

  beforeAll(async () => {
    sandbox = await startSandbox({ version });
    proxy = await interceptLightdash(sandbox.url);
  });
  beforeEach(async () => {
    sandbox.reset();
    connection = await connectInMemory({ LIGHTDASH_URL: proxy.url, LIGHTDASH_API_KEY: sandbox.tokens.admin });
    refuse(/^$/);
    return () => connection.close();
  });
  afterAll(async () => {
    await proxy.close();
    await sandbox.close();
  });

  /** Answers 403 to the reads like the pattern from now on. */
  function refuse(pattern: RegExp): void {
    reads = [];
    proxy.intercept(/^$/, { status: 500, body: {} }, (request) => {
      reads.push(request);
      return pattern.test(request) ? { status: 403, body: { status: 'error', ...forbidden } } : undefined;
    });
  }

  const says = async (tool: string, args: Record<string, unknown>) =>
    (await callTool(connection.client, tool, args)).text;
  const readsLike = (pattern: RegExp) => reads.filter((request) => pattern.test(request));

  function makeAdministrator(userUuid: string): void {
    const user = sandbox.store.users.get(userUuid);
    if (user === undefined) throw new Error('The seed has no such user.');
    user.role = 'admin';
  }

  test('a role is changed and a member deleted after a confirmation also if the user of the token is unknown', async () => {
    makeAdministrator(dev);
    refuse(OWN_USER);
    const demotion = { user: 'dev@roastery.example', role: 'viewer', inOrganization: true };
    const demoted = await says('assign_role', demotion);
    expect(outcomeOf(demoted)).toBe('question');
    expectLine(demoted, 'Dev Eloper', 'from admin to viewer', 'may be you');
    const deleted = await says('delete_organization_member', { userUuid: val });
    expect(outcomeOf(deleted)).toBe('question');
    expectLine(deleted, 'Val Plain', 'deletes the account');
    expect(readsLike(OWN_USER).length).toBeGreaterThan(0);
    refuse(/^$/);
    expectLine(await says('delete_organization_member', { userUuid: ada }), 'Ada', 'That is you');
  });

  test('a project administrator who may be the user of the token is not demoted without a confirmation', async () => {
    const admin = { projectUuid, user: 'edie@roastery.example', role: 'admin' };
    const question = await says('assign_role', admin);
    const [, confirmation] = /confirmation: (\S+)/.exec(question) ?? [];
    expectLine(await says('assign_role', { ...admin, confirmation }), /^Done/, 'Edie Editor', 'admin');
    refuse(OWN_USER);
    const taken = await says('update_project_access_for_user', { projectUuid, userUuid: edie, role: 'viewer' });
    expect(outcomeOf(taken)).toBe('question');
    expectLine(taken, 'Edie Editor', 'viewer', 'may be you');
    expect(readsLike(OWN_USER).length).toBeGreaterThan(0);
  });

  test('members of a group are replaced after a confirmation also if the names of the new ones cannot be read', async () => {
    refuse(MEMBERS);
    const question = await says('update_group', { groupUuid: ids.groups.finance, members: [{ userUuid: val }] });
    expect(outcomeOf(question)).toBe('question');
    expectLine(question, 'Finance', 'Edie Editor', val);
    expect(readsLike(MEMBERS).length).toBeGreaterThan(0);
  });

  test('a confirmation names the lists that decide what a group gives and could not be read', async () => {
    const join = { groupUuid: ids.groups.baristas, userUuid: val };
    refuse(/^GET .*\/spaces(\?|$)/);
    const blind = await says('add_user_to_group', join);
    expect(outcomeOf(blind)).toBe('question');
    expectLine(blind, 'Val Plain', 'Not read', 'spaces');
    refuse(/^GET .*\/org\/attributes/);
    const leave = { groupUuid: ids.groups.baristas, userUuid: ids.users.vic };
    expectLine(await says('remove_user_from_group', leave), 'attributes could not be read');
    refuse(MEMBERS);
    const whose = await says('add_user_to_group', join);
    expect(outcomeOf(whose)).toBe('question');
    expectLine(whose, val, '"region" = Americas', 'could not be read');
  });

  test('sharing a space with one user sends no look-up without a confirmation', async () => {
    const share = { projectUuid, spaceUuid: ids.spaces.finance, userUuid: val, spaceRole: 'viewer' };
    const answer = await says('add_space_user_access', share);
    expectLine(answer, 'Val Plain', 'viewer');
    const before = sandbox.requests.findIndex(({ method }) => method !== 'GET');
    expect(sandbox.requests.slice(0, before).filter(({ path }) => path.endsWith('/org/users'))).toEqual([]);
  });

  test('new members of a group are read once for the confirmation and once for the write, and named', async () => {
    const answer = await says('add_user_to_group', { groupUuid: ids.groups.finance, userUuid: val });
    expectLine(answer, 'Val Plain');
    expect(readsLike(/^GET \/api\/v1\/org\/users/)).toHaveLength(outcomeOf(answer) === 'question' ? 1 : 2);
  });

  test('a tag is written once the tags are read', async () => {
    const color = '#5470c6';
    await says('create_tag', { projectUuid, name: 'Core', color });
    const tags = sandbox.requests.filter(({ path }) => path.endsWith('/tags')).map(({ method }) => method);
    expect(tags).toEqual(['GET', 'POST']);
  });

  test('for a delivery to Slack only, neither members nor roles are read', async () => {
    const [delivery] = sandbox.store.schedulers.values();
    if (delivery === undefined) throw new Error('The seed has no delivery.');
    const { schedulerUuid, createdAt, updatedAt } = delivery;
    const target = { targetUuid: ids.project, createdAt, updatedAt };
    delivery.targets = [{ ...target, recipient: 'zoe@elsewhere.example' }];
    expectLine(await says('send_scheduler_now', { schedulerUuid }), 'No member', 'zoe@elsewhere.example');
    expect(readsLike(MEMBERS)).toHaveLength(1);
    expect(readsLike(ROLES)).toEqual([]);
    refuse(/^$/);
    delivery.targets = [{ ...target, channel: 'C0123456789' }];
    expectLine(await says('send_scheduler_now', { schedulerUuid }), 'Slack', 'C0123456789');
    expect([...readsLike(MEMBERS), ...readsLike(ROLES)]).toEqual([]);
  });
});
