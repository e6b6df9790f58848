import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { operations } from './operations.ts';
import { Person } from './person.ts';

let sandbox: Sandbox;
let admin: Person;
beforeAll(async () => {
  sandbox = await startSandbox();
  admin = Person.withToken(sandbox, sandbox.tokens.admin);
});
afterAll(() => sandbox.close());

const project = '28a012f6-4897-4927-8e21-30880ba92505';

describe('paths', () => {
  it('answers an unknown GET with the web app, under /api too', async () => {
    const answer = await admin.call('GET', '/api/v1/nothing/here');
    expect(answer).toMatchObject({ status: 200, contentType: 'text/html; charset=UTF-8' });
  });

  it('answers an unknown POST with an error page', async () => {
    const answer = await admin.call('POST', '/api/v1/nothing/<here>', {});
    expect(answer.status).toBe(404);
    expect(answer.contentType).toContain('text/html');
    expect(answer.text).toContain('Cannot POST /api/v1/nothing/%3Chere%3E');
  });

  it('reads fixed parts in any case, with or without a final slash', async () => {
    expect((await admin.call('GET', '/API/V1/ORG/')).results).toMatchObject({ name: 'Roastery' });
    const list = await admin.call('GET', `/api/v1/projects/${project}/DATACATALOG/metrics/`);
    expect(list.status).toBe(200);
  });

  it('returns the project uuid as it was typed', async () => {
    for (const typed of [project.toUpperCase(), `{${project}}`]) {
      const answer = await admin.call('GET', `/api/v1/projects/${encodeURIComponent(typed)}`);
      expect(answer.results).toMatchObject({ projectUuid: typed, name: 'Roastery' });
    }
  });

  it('answers reads with an invalid uuid with 500, with two exceptions', async () => {
    const reads = operations.filter(([, method, path, session]) => method === 'GET' && /Uuid\}/.test(path) && !session);
    const others: [string, number][] = [];
    for (const [id, , path] of reads) {
      const { status } = await admin.call('GET', path.replaceAll(/\{\w+\}/g, 'not-a-uuid'));
      if (status !== 500) others.push([id, status]);
    }
    expect(others).toEqual([
      ['GetConfiguration', 200],
      ['GetOrganizationMemberByUuid', 422],
    ]);
  });
});

describe('bodies', () => {
  const send = (body: string, type: string) =>
    fetch(`${sandbox.url}/api/v1/projects/${project}/tags`, {
      method: 'POST',
      headers: { ...admin.headers, 'content-type': type },
      body,
    });

  it.each([
    ['malformed JSON', '{"name": ', 500],
    ['null', 'null', 500],
    ['more than five megabytes', JSON.stringify({ name: 'x'.repeat(5_300_000) }), 500],
    ['a list', '[]', 422],
  ])('answers %s with a %s', async (_, body, status) => {
    expect((await send(body, 'application/json')).status).toBe(status);
  });

  it('ignores what is neither JSON nor a form', async () => {
    const answer = await send('{"name":"x","color":"red"}', 'text/plain');
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      error: { message: '', data: { 'body.name': { message: "'name' is required" } } },
    });
  });

  it('accepts forms', async () => {
    expect((await send('name=from+a+form&color=red', 'application/x-www-form-urlencoded')).status).toBe(201);
  });
});

describe('validation', () => {
  it('keys errors by path, and those of lists without their parents', async () => {
    const answer = await admin.call('POST', `/api/v1/projects/${project}/validate`, { validationTargets: ['spaces'] });
    expect(answer.error).toEqual({
      statusCode: 422,
      name: 'ValidateError',
      message: '',
      data: {
        'validationTargets.$0': {
          message: "should be one of the following; ['charts','dashboards','tables']",
          value: 'spaces',
        },
      },
    });
  });

  it('reports an invalid intersection in one sentence with the whole body', async () => {
    const answer = await admin.call('POST', '/api/v1/org/groups', {});
    expect(answer.error?.data).toEqual({
      body: {
        message:
          'Could not match the intersection against every type. Issues: ' +
          `[{"body.name":{"message":"'name' is required"}}]`,
        value: {},
      },
    });
  });

  it('comes before the check of the role', async () => {
    const val = Person.withToken(sandbox, sandbox.tokens.plainViewer);
    expect((await val.call('POST', `/api/v1/projects/${project}/spaces`, {})).status).toBe(422);
    expect((await val.call('POST', `/api/v1/projects/${project}/spaces`, { name: 'x' })).status).toBe(403);
  });

  it('reads pages only if both numbers are sent', async () => {
    const users = '/api/v1/org/users';
    expect((await admin.call('GET', `${users}?page=1&pageSize=2`)).results).toMatchObject({
      pagination: { page: 1, pageSize: 2, totalPageCount: 3, totalResults: 6 },
    });
    expect((await admin.call('GET', `${users}?page=0&pageSize=2`)).results).not.toHaveProperty('pagination');
    expect((await admin.call('GET', `${users}?page=-1&pageSize=2`)).error?.name).toBe('KnexPaginationError');
  });
});

describe('the log of requests', () => {
  it('records user, request and status', async () => {
    sandbox.reset();
    await admin.call('GET', '/api/v1/org');
    await new Person(sandbox).call('DELETE', '/api/v1/groups/x');
    await admin.call('POST', '/api/v1/nothing', {});
    await admin.call('GET', '/api/v1/nothing');
    expect(sandbox.requests).toMatchObject([
      { method: 'GET', path: '/api/v1/org', status: 200, user: 'ada@roastery.example' },
      { method: 'DELETE', path: '/api/v1/groups/x', status: 401, user: null },
      { method: 'POST', path: '/api/v1/nothing', status: 404, user: null },
      { method: 'GET', path: '/api/v1/nothing', status: 200, user: null },
    ]);
  });
});
