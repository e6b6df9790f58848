import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditRecord } from '../../src/observability/audit-log.ts';
import { equivalentTools } from '../../src/operations/long-tail/equivalents.ts';
import { expectLine } from '../helpers/answers.ts';
import { type Connection, callTool, connectInMemory, type ToolAnswer } from '../helpers/client.ts';
import {
  argumentsOf,
  longTail,
  openReplay,
  operationNamed,
  recordedOperations,
  runnerOf,
  toolCalledBy,
  withoutTool,
} from '../helpers/long-tail.ts';
import { answerJson, type Loopback, openLoopback } from '../helpers/loopback.ts';
import { minimalArguments, wrongFor } from '../helpers/minimal-arguments.ts';

let lightdash: Loopback;
beforeAll(async () => {
  lightdash = await openReplay();
});
afterAll(() => lightdash.close());

const connections: Connection[] = [];
afterAll(() => Promise.all(connections.map((connection) => connection.close())));
async function connect(env: Record<string, string> = {}, records?: AuditRecord[], url = lightdash.url.href) {
  const connection = await connectInMemory(
    { LIGHTDASH_URL: url, LIGHTDASH_API_KEY: 'ldpat_of_admin', ...env },
    records && { audit: { write: (record) => void records.push(record) } },
  );
  connections.push(connection);
  return connection.client;
}

type Client = Connection['client'];
const run = (client: Client, id: string, args: Record<string, unknown> = {}) =>
  callTool(client, runnerOf(operationNamed(id)), { operation: id, arguments: args });

describe('every operation of 1.219', () => {
  test('has a tool, is called by its id, or says why it cannot', async () => {
    const client = await connect();
    const described = await Promise.all(
      longTail.operations.map(async ({ id }) => ({
        id,
        ...(await callTool(client, 'describe_operation', { operation: id })),
      })),
    );
    expect(described.filter(({ isError }) => isError)).toEqual([]);
    for (const { id, text } of described) {
      const tool = toolCalledBy(operationNamed(id));
      expect(text.split(' ')[0], id).toBe(tool ?? id.split(' ')[0]);
      expect(countTokens(text), id).toBeLessThan(tool === undefined ? 400 : 700);
    }
    for (const { id, reason } of longTail.leftOut.filter(
      (leftOutOperation) => toolCalledBy(leftOutOperation) === undefined,
    )) {
      const answer = await callTool(client, 'describe_operation', { operation: id });
      expect(answer).toMatchObject({ isError: true, text: expect.stringContaining(reason) });
    }
    expect(longTail.operations.length + longTail.leftOut.length).toBe(674);
  });

  test('is found by its id, though its tool has another name', async () => {
    const client = await connect();
    const missed = await Promise.all(
      longTail.operations.map(async ({ id }) => {
        const { text } = await callTool(client, 'find_operation', { search: id });
        const name = toolCalledBy(operationNamed(id)) ?? equivalentTools[id] ?? id;
        return new RegExp(`^${name.replace(/[^\\w ]/g, '.')} \\(`, 'm').test(text)
          ? []
          : [`${id}: ${text.slice(0, 120)}`];
      }),
    );
    expect(missed.flat()).toEqual([]);
  });

  test('refuses an argument of the wrong type before anything is sent', async () => {
    const client = await connect({ LIGHTDASH_CONFIRM: 'off' });
    const before = lightdash.received.length;
    let tried = 0;
    for (const entry of withoutTool) {
      const [name, property] = Object.entries(entry.properties).find(
        ([, each]) => wrongFor(each, longTail.definitions) !== undefined,
      ) ?? ['noSuchArgument', {}];
      const args = { ...minimalArguments(entry, longTail), [name]: wrongFor(property, longTail.definitions) ?? 1 };
      const answer = await run(client, entry.id, args);
      expect({ id: entry.id, ...answer }).toMatchObject({
        isError: true,
        text: expect.stringContaining('nothing was sent'),
      });
      expect(answer.text).toContain(name);
      tried += 1;
    }
    expect(tried).toBeGreaterThan(450);
    const wrong = { userId: 'y', roleId: 'admin' };
    const person = await run(client, 'UpsertOrganizationUserRoleAssignment', wrong);
    expectLine(person.text, 'userId', 'should be a uuid', '"y"');
    expect(lightdash.received.length).toBe(before);
  });

  test('is refused on a read-only server if it writes, and found by no search', async () => {
    const client = await connect({ LIGHTDASH_READ_ONLY: 'true' });
    const before = lightdash.received.length;
    for (const entry of longTail.operations.filter(({ kind, rawSql }) => kind !== 'reads' || rawSql)) {
      const call = { operation: entry.id, arguments: minimalArguments(entry, longTail) };
      const answer = await callTool(client, 'run_read_operation', call);
      expect({ id: entry.id, ...answer }).toMatchObject({
        isError: true,
        text: expect.stringContaining('nothing was sent'),
      });
    }
    const search = await callTool(client, 'find_operation', { words: 'create a color palette' });
    expect(search.text).not.toMatch(/\((tool, )?(writes|destroys)/);
    expect(lightdash.received.length).toBe(before);
    await expect(callTool(client, 'run_write_operation', { operation: 'x' })).rejects.toThrow('switched off');
  });
});

describe('calls recorded on a real 1.219', () => {
  // Its nodes were recorded with a key that the API document does not have.
  const refusedHere = ['createMetricsTree'];
  const replayed = recordedOperations.filter(
    ({ id }) => toolCalledBy(operationNamed(id)) === undefined && !refusedHere.includes(id),
  );

  let client: Client;
  beforeAll(async () => {
    client = await connect({ LIGHTDASH_CONFIRM: 'off' });
  });

  test('are of more than 150 operations', () => expect(replayed.length).toBeGreaterThan(150));

  test.each(replayed)('$id is sent as recorded, and its answer is shown', async (exchange) => {
    const before = lightdash.received.length;
    const { isError, text } = await run(client, exchange.id, argumentsOf(exchange));
    const [sent] = lightdash.received.slice(before);
    const { pathname, searchParams } = new URL(sent?.target ?? '', 'http://replay');
    expect(sent?.method).toBe(operationNamed(exchange.id).method);
    expect(decodeURIComponent(pathname)).toBe(decodeURIComponent(exchange.path));
    expect(new Set(searchParams.keys())).toEqual(new Set(Object.keys(exchange.query)));
    if (exchange.body !== undefined && sent?.body) expect(JSON.parse(sent.body)).toEqual(exchange.body);
    expect(isError).toBe(exchange.status >= 300);
    if (exchange.status < 300) expect(text).not.toMatch(/^\{|\[object/);
    else expect(text).toMatch(/Enterprise licence/);
  });
});

describe('requests in people’s words', () => {
  const projectUuid = recordedOperations.find(({ id }) => id === 'getDownloadActivity')?.path.split('/')[5] ?? '';
  const requests: readonly (readonly [words: string, id: string, args: Record<string, unknown>])[] = [
    ['who downloaded data last week', 'getDownloadActivity', { projectUuid, pageSize: 10, page: 1 }],
    ['make a colour palette', 'CreateColorPalette', { name: 'Roastery', colors: ['#6f4e37'] }],
    ['list the git branches', 'listGitBranches', { projectUuid }],
    ['my favourites', 'getFavorites', { projectUuid }],
    ['which metrics trees are there', 'getMetricsTrees', { projectUuid }],
    ['custom roles as code', 'GetCodeCustomRoles', {}],
    ['show columns of a warehouse table', 'getTableFields', { projectUuid }],
    ['past queries of mine with their SQL', 'getQueryHistory', { projectUuid }],
    ['what would be deleted with a space', 'GetSpaceDeleteImpact', { projectUuid }],
    ['which charts are verified', 'listVerifiedContent', { projectUuid }],
    ['log of the dbt compilations', 'getProjectCompileLogs', { projectUuid }],
  ];

  test.each(requests)('%s', async (words, id, callArgs) => {
    const exchange = recordedOperations.find((recordedOperation) => recordedOperation.id === id);
    const args = exchange ? { ...argumentsOf(exchange) } : callArgs;
    const client = await connect();
    const texts: string[] = [];
    const say = ({ text }: ToolAnswer) => void texts.push(text);
    const search = await callTool(client, 'find_operation', { words });
    say(search);
    expect(search.text.split('\n').slice(1, 6).join('\n'), search.text).toMatch(new RegExp(`^${id} \\(`, 'm'));
    say(await callTool(client, 'describe_operation', { operation: id }));
    const before = lightdash.received.length;
    say(await run(client, id, args));
    // An empty list is one of a project that exists.
    const sent = lightdash.received.slice(before).filter(({ target }) => target !== '/api/v1/org/projects');
    expect(sent).toHaveLength(1);
    const tokens = countTokens([words, JSON.stringify(args), ...texts].join('\n'));
    expect(tokens).toBeLessThanOrEqual(1_500);
  });
});

describe('the policy of a call', () => {
  const projectUuid = '3675b69e-8324-4110-bdca-059031aa8da3';
  const otherUuid = '99999999-8324-4110-bdca-059031aa8da3';
  const chartUuid = '11111111-8324-4110-bdca-059031aa8da3';

  /** A Lightdash of two projects, whose other routes answer as given, by method and path. */
  async function small(routes: Readonly<Record<string, unknown>> = {}): Promise<Loopback> {
    const opened = await openLoopback(({ method, target }, response) => {
      const { pathname } = new URL(target, 'http://small');
      const answers: Readonly<Record<string, unknown>> = {
        'GET /api/v1/org/projects': [
          { projectUuid, name: 'Roastery' },
          { projectUuid: otherUuid, name: 'Other' },
        ],
        [`GET /api/v1/projects/${projectUuid}/chart-summaries`]: [{ uuid: chartUuid, name: 'Revenue' }],
        'GET /api/v1/health': { healthy: true, version: '0.2904.5' },
        ...routes,
      };
      const results = answers[`${method} ${pathname}`] ?? (method === 'GET' ? otherResults(pathname) : undefined);
      if (results instanceof Refusal) return answerJson(response, results.status, results.body);
      answerJson(response, 200, { status: 'ok', ...(results !== undefined && { results }) });
    });
    closing.push(opened);
    return opened;
  }
  const otherResults = (pathname: string) =>
    /\/(charts|dashboards|spaces|chart-summaries)$/.test(pathname) ? [] : { name: 'Elsewhere' };
  const closing: Loopback[] = [];
  afterAll(() => Promise.all(closing.map((loopback) => loopback.close())));

  class Refusal {
    readonly status: number;
    readonly body: unknown;
    constructor(status: number, name: string, message: string, body?: object) {
      this.status = status;
      this.body = body ?? { status: 'error', error: { statusCode: status, name, message, data: {} } };
    }
  }
  /** Ids of people, groups and roles, of fields, and of queries, which Lightdash shows to who started them alone. */
  const OF_NO_PROJECT = /^(user|group|role|explore|query|field|newOwnerUser|colorPalette)(Uuid|Id)$/;
  /** The arguments with every id and name in them replaced. */
  const withTexts = (value: unknown, text: (name: string) => string, name = ''): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(Object(value)).map(([key, inner]) => [
        key,
        typeof inner === 'string' && /uuid|id$|slug|name$/i.test(key) && !OF_NO_PROJECT.test(key)
          ? text(key)
          : typeof inner === 'object' && inner !== null && !Array.isArray(inner)
            ? withTexts(inner, text, name)
            : inner,
      ]),
    );
  const sentTo = ({ received }: Loopback) => received.map(({ method, target }) => `${method} ${target.split('?')[0]}`);

  test('an operation that the settings leave out is off, by its id or by its tool, and a wrong id stops the start', async () => {
    const client = await connect({ LIGHTDASH_EXCLUDE_TOOLS: 'CreateColorPalette,run_sql_query' });
    for (const id of ['CreateColorPalette', 'executeAsyncSqlQuery', 'runSql', 'RunSqlQuery']) {
      const answer = await run(client, id, minimalArguments(operationNamed(id), longTail));
      expect({ id, ...answer }).toMatchObject({ isError: true, text: expect.stringContaining('nothing was sent') });
      expect(await callTool(client, 'describe_operation', { operation: id })).toMatchObject({ isError: true });
    }
    const search = await callTool(client, 'find_operation', { words: 'create a color palette' });
    expect(search.text).not.toMatch(/^CreateColorPalette/m);
    await expect(connect({ LIGHTDASH_EXCLUDE_TOOLS: 'CreateColorPallete' })).rejects.toThrow(/CreateColorPalette/);
  });

  test('without the toolset api only operations with a tool are callable', async () => {
    const client = await connect({ LIGHTDASH_TOOLSETS: 'compact,spaces' });
    const answer = await run(client, 'ListColorPalettes');
    expect(answer).toMatchObject({ isError: true, text: expect.stringContaining('nothing was sent') });
    const search = await callTool(client, 'find_operation', { words: 'list color palettes' });
    expect(search.text).not.toContain('ListColorPalettes');
  });

  test('SQL of the model is refused at any depth if it is off', async () => {
    const client = await connect({ LIGHTDASH_SQL: 'off' });
    const exchange = recordedOperations.find(({ id }) => id === 'executeAsyncMergeQuery');
    if (exchange === undefined) throw new Error('no recording');
    const args = argumentsOf(exchange);
    const mergeQuery = Object.fromEntries(Object.entries(Object(args.mergeQuery)));
    const withSql = { ...mergeQuery, tableCalculations: [{ name: 'x', displayName: 'X', sql: '(select 1)' }] };
    const before = lightdash.received.length;
    expect(await run(client, 'executeAsyncMergeQuery', { ...args, mergeQuery: withSql })).toMatchObject({
      isError: true,
    });
    expect(
      await run(client, 'createVirtualView', { projectUuid, name: 'v', sql: 'select 1', columns: [] }),
    ).toMatchObject({
      isError: true,
    });
    expect(lightdash.received.length).toBe(before);
  });

  test('under an allow-list only calls that name an allowed project pass', async () => {
    const here = await small();
    const env = { LIGHTDASH_ALLOWED_PROJECTS: 'Roastery' };
    const client = await connect(env, undefined, here.url.href);
    const refused: readonly (readonly [id: string, args: Record<string, unknown>, why: RegExp])[] = [
      ['getDownloadActivity', { projectUuid: otherUuid, pageSize: 10 }, /not in the projects/],
      ['ListColorPalettes', {}, /whole organization/],
      ['List content', {}, /covers all projects/],
      ['List content', { projectUuids: [projectUuid, otherUuid] }, /not in the projects/],
      ['verifyChart', { chartUuid: otherUuid }, /not in the projects/],
      ['getMetricsTreeDetails', { projectUuid, metricsTreeUuidOrSlug: otherUuid }, /the project of \w+ is unknown/],
      [
        'Delete content',
        { projectUuid, action: { type: 'delete' }, item: { contentType: 'space', uuid: otherUuid } },
        /not in the projects/,
      ],
      [
        'Delete content',
        { projectUuid, action: { type: 'delete' }, item: { contentType: 'data_app', uuid: otherUuid } },
        /the project of \w+ is unknown/,
      ],
    ];
    for (const [id, args, why] of refused) {
      expect({ id, ...(await run(client, id, args)) }).toMatchObject({
        isError: true,
        text: expect.stringMatching(why),
      });
    }
    for (const [id, args] of [
      ['getDownloadActivity', { projectUuid: 'Roastery', pageSize: 10 }],
      ['verifyChart', { chartUuid }],
      ['List content', { projectUuids: [projectUuid] }],
      ['getMetricsTreeDetails', { projectUuid, metricsTreeUuidOrSlug: 'growth' }],
    ] as const) {
      expect({ id, ...(await run(client, id, args)) }).toMatchObject({ isError: false });
    }
    const wider = await connect({ ...env, LIGHTDASH_ALLOW_ORGANIZATION: 'true' }, undefined, here.url.href);
    expect(await run(wider, 'ListColorPalettes')).toMatchObject({ isError: false });
    expect(await run(wider, 'List content')).toMatchObject({ isError: true });
    expect(sentTo(here).filter((item) => item.includes(otherUuid) || item === 'POST /api/v2/content')).toEqual([]);
  });

  test('under an allow-list no operation sends a foreign id, wherever it is', async () => {
    const here = await small();
    const client = await connect(
      { LIGHTDASH_ALLOWED_PROJECTS: 'Roastery', LIGHTDASH_CONFIRM: 'off' },
      undefined,
      here.url.href,
    );
    let refused = 0;
    for (const entry of withoutTool) {
      for (const home of [projectUuid, otherUuid]) {
        const args = withTexts(minimalArguments(entry, longTail), (name) =>
          name === 'projectUuid' ? home : otherUuid,
        );
        const answer = await run(client, entry.id, args);
        if (answer.isError) refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(500);
    // Looking a delivery up by its id is how its project is found.
    const foreign = here.received.filter(({ target, body }) => `${target}${body}`.includes(otherUuid));
    expect(
      foreign
        .map(({ method, target }) => `${method} ${target}`)
        .filter((item) => !/^GET \/api\/v1\/schedulers\/[0-9a-f-]+$/.test(item)),
    ).toEqual([]);
  });

  test('a destructive operation shows what exists, and is done only with its confirmation', async () => {
    const palette = { colorPaletteUuid: chartUuid, name: 'Autumn', colors: ['#6f4e37'] };
    const here = await small({
      'GET /api/v1/org/color-palettes': [{ colorPaletteUuid: otherUuid, name: 'Spring' }, palette],
    });
    const client = await connect({}, undefined, here.url.href);
    const deleted = `DELETE /api/v1/org/color-palettes/${chartUuid}`;
    const args = { colorPaletteUuid: chartUuid };
    const preview = await run(client, 'DeleteColorPalette', args);
    expect(preview.text).toContain('Autumn');
    expect(preview.text).not.toContain('Spring');
    const confirmation = /^confirmation: (\S+)$/m.exec(preview.text)?.[1];
    expect(sentTo(here)).not.toContain(deleted);
    const other = await run(client, 'DeleteColorPalette', { colorPaletteUuid: otherUuid, confirmation });
    expect(other.text).toContain('does not fit');
    const again = /^confirmation: (\S+)$/m.exec((await run(client, 'DeleteColorPalette', args)).text)?.[1];
    const done = await run(client, 'DeleteColorPalette', { ...args, confirmation: again });
    expect(done).toMatchObject({ isError: false, text: expect.stringMatching(/^Done/) });
    expect(sentTo(here).filter((item) => item === deleted)).toHaveLength(1);
  });

  test('a change between preview and confirmation voids it', async () => {
    const palette = { colorPaletteUuid: chartUuid, name: 'Autumn' };
    const here = await small({ 'GET /api/v1/org/color-palettes': [palette] });
    const client = await connect({}, undefined, here.url.href);
    const preview = await run(client, 'DeleteColorPalette', { colorPaletteUuid: chartUuid });
    const confirmation = /^confirmation: (\S+)$/m.exec(preview.text)?.[1];
    palette.name = 'Winter';
    const answer = await run(client, 'DeleteColorPalette', { colorPaletteUuid: chartUuid, confirmation });
    expectLine(answer.text, 'changed');
    expectLine(answer.text, 'Winter');
    expect(sentTo(here)).not.toContain(`DELETE /api/v1/org/color-palettes/${chartUuid}`);
  });

  test('licence and release are one sentence each', async () => {
    const noLicence = new Refusal(
      422,
      'MissingConfigError',
      "Unable to initialize service 'aiAgentService' - no factory or provider.",
    );
    const noRoute = new Refusal(404, 'NotFoundError', 'API endpoint not found');
    const here = await small({
      [`GET /api/v1/projects/${projectUuid}/aiAgents`]: noLicence,
      [`GET /api/v1/analytics/user-activity/${projectUuid}/download-activity`]: noRoute,
      [`GET /api/v1/projects/${projectUuid}/charts/code`]: noRoute,
    });
    const client = await connect({}, undefined, here.url.href);
    expectLine((await run(client, 'listAgents', { projectUuid })).text, 'Enterprise');
    expect((await run(client, 'getDownloadActivity', { projectUuid, pageSize: 5 })).text).toMatch(
      /0\.2904\.5.*since 1\.219/,
    );
    expectLine((await run(client, 'getChartsAsCode', { projectUuid })).text, 'getCodeCharts');
  });

  test('SCIM responses have their own form, and errors name the token that it takes', async () => {
    const detail = "Unable to initialize service 'serviceAccountService' - no factory or provider.";
    const scim = (status: number, body: object) => new Refusal(status, '', '', body);
    const here = await small({
      'GET /api/v1/scim/v2/Users': scim(401, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        detail,
        status: '401',
      }),
      'GET /api/v1/scim/v2/Groups': scim(200, { totalResults: 1, Resources: [{ id: 'g', displayName: 'Roasters' }] }),
      'GET /api/v1/scim/v2/Roles': scim(401, { detail: 'Invalid token', status: '401' }),
    });
    const client = await connect({}, undefined, here.url.href);
    expectLine((await run(client, 'GetScimUsers')).text, 'Enterprise');
    expect(await run(client, 'GetScimGroups')).toMatchObject({
      isError: false,
      text: expect.stringContaining('Roasters'),
    });
    expectLine((await run(client, 'GetScimRoles')).text, 'service account');
  });

  test('a write without a response body reports the current state', async () => {
    const project = { projectUuid, name: 'Roastery', queryTimezone: 'Europe/Berlin' };
    const here = await small({ [`GET /api/v1/projects/${projectUuid}`]: project });
    const client = await connect({}, undefined, here.url.href);
    const answer = await run(client, 'updateQueryTimezoneSettings', { projectUuid, queryTimezone: 'Europe/Berlin' });
    expect(answer.text).toMatch(/^Done[\s\S]*queryTimezone: Europe\/Berlin$/);
    expect(answer.text).not.toContain('name: Roastery');
    const failing = await small({ [`GET /api/v1/projects/${projectUuid}`]: new Refusal(403, 'ForbiddenError', 'no') });
    const other = await connect({}, undefined, failing.url.href);
    expect(await run(other, 'updateQueryTimezoneSettings', { projectUuid, queryTimezone: null })).toMatchObject({
      isError: false,
      text: expect.stringMatching(/^Done/),
    });
  });

  test('a URL that Lightdash would fetch is not a read', async () => {
    const client = await connect({ LIGHTDASH_READ_ONLY: 'true' });
    const answer = await callTool(client, 'run_read_operation', {
      operation: 'getHomepageLinkMetadata',
      arguments: { projectUuid, url: 'https://elsewhere.example/?data=1' },
    });
    expect(answer).toMatchObject({ isError: true, text: expect.stringContaining('nothing was sent') });
  });

  test('the organization is that of the signed-in person unless one is named', async () => {
    const here = await small({ 'GET /api/v1/org': { organizationUuid: otherUuid, name: 'Roastery' } });
    const client = await connect({}, undefined, here.url.href);
    const described = await callTool(client, 'describe_operation', { operation: 'GetOrganizationRoles' });
    expect(described.text).toContain('organizationUuid?');
    expect(await run(client, 'GetOrganizationRoles')).toMatchObject({ isError: false });
    expect(sentTo(here)).toContain(`GET /api/v2/orgs/${otherUuid}/roles`);
  });

  test('an area without words lists its operations', async () => {
    const client = await connect();
    const { text } = await callTool(client, 'find_operation', { area: 'git' });
    for (const { id, kind } of withoutTool.filter(({ area }) => area === 'git')) {
      expect(text).toMatch(new RegExp(`^${kind}: .*\\b${id}\\b`, 'm'));
    }
    const wrong = await callTool(client, 'find_operation', { area: 'gti' });
    expect(wrong).toMatchObject({ isError: true, text: expect.stringMatching(/\bgti\b.*\bgit;/) });
  });

  test('with a default project the project may be left out', async () => {
    const here = await small();
    const client = await connect({ LIGHTDASH_PROJECT: 'Roastery' }, undefined, here.url.href);
    const described = await callTool(client, 'describe_operation', { operation: 'listGitBranches' });
    expect(described.text).toContain('projectUuid?');
    expect(await run(client, 'listGitBranches')).toMatchObject({ isError: false });
    expect(sentTo(here)).toContain(`GET /api/v1/projects/${projectUuid}/git/branches`);
  });

  test('a secret that was not requested is hidden, one that was is shown', async () => {
    const secret = 'xoxb-0123456789abcdef';
    const here = await small({
      'GET /api/v1/slack': { token: secret, slackTeamName: 'Roastery' },
      'POST /api/v1/invite-links': { inviteUrl: 'https://bi.example/invite/abc', inviteCode: 'abc' },
    });
    const client = await connect({}, undefined, here.url.href);
    const hidden = await run(client, 'getSlackInstallation');
    expect(hidden.text).toContain('Roastery');
    expect(hidden.text).not.toContain(secret);
    const invitation = { email: 'ada@roastery.example', expiresAt: '2026-12-01T00:00:00Z' };
    const preview = await run(client, 'CreateInviteLink', invitation);
    expectLine(preview.text, 'run_write_operation', 'operation', 'arguments');
    const [, confirmation] = /^confirmation: (\S+)$/m.exec(preview.text) ?? [];
    const invite = await run(client, 'CreateInviteLink', { ...invitation, confirmation });
    expect(invite.text).toContain('https://bi.example/invite/abc');
  });

  test('the audit records the operation that was called, and the one that was refused', async () => {
    const records: AuditRecord[] = [];
    const here = await small();
    const client = await connect({}, records, here.url.href);
    await run(client, 'CreateColorPalette', { name: 'Autumn', colors: ['#6f4e37'] });
    await callTool(client, 'run_read_operation', {
      operation: 'CreateColorPalette',
      arguments: { name: 'Autumn', colors: [] },
    });
    expect(records).toMatchObject([
      { tool: 'CreateColorPalette', operation: 'CreateColorPalette', outcome: 'started' },
      { tool: 'CreateColorPalette', operation: 'CreateColorPalette', outcome: 'ok', arguments: { name: 'Autumn' } },
      { tool: 'CreateColorPalette', operation: 'CreateColorPalette', outcome: 'refused', attempts: 0 },
    ]);
  });

  test('arguments written as JSON text, a long list and a deletion with a body are sent', async () => {
    const items = Array.from({ length: 4_000 }, (_, number) => ({ name: `table_${number}`, schema: 'roastery' }));
    const here = await small({ [`GET /api/v1/projects/${projectUuid}/sqlRunner/tables`]: items });
    const client = await connect({ LIGHTDASH_CONFIRM: 'off' }, undefined, here.url.href);
    const call = { operation: 'getTables', arguments: JSON.stringify({ projectUuid }) };
    const first = await callTool(client, 'run_read_operation', call);
    const next = Number(/offset (\d+)\.$/.exec(first.text)?.[1]);
    const second = await callTool(client, 'run_read_operation', { ...call, offset: next });
    expect(second.text).toContain(`table_${next}`);
    await run(client, 'deleteGitFile', { projectUuid, branch: 'main', path: 'a.yml', sha: 'abc', message: 'x' });
    const sent = here.received.at(-1);
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({ sha: 'abc' });
  });
});
