import { describe, expect, test } from 'vitest';
import { openEnvelope } from '../../src/lightdash/envelope.ts';
import {
  ConflictError,
  InvalidInputError,
  LightdashError,
  NotAllowedError,
  NotFoundError,
  NotJsonError,
  NotSignedInError,
  RateLimitedError,
  ServerFaultError,
} from '../../src/lightdash/errors.ts';
import { validationReasons } from '../../src/lightdash/validation-reasons.ts';
import { bodyText, type Exchange, readRecordings, recorded } from '../helpers/recordings.ts';

const open = (exchange: Exchange, toWrite = false) =>
  openEnvelope({
    toWrite,
    status: exchange.response.status,
    contentType: exchange.response.contentType ?? undefined,
    text: bodyText(exchange),
  });

const openText = (status: number, contentType: string | undefined, text: string) =>
  openEnvelope({ status, contentType, text });

function failureOf(run: () => unknown): LightdashError {
  try {
    run();
  } catch (error) {
    if (error instanceof LightdashError) return error;
    throw error;
  }
  throw new Error('no failure');
}

describe('successful responses', () => {
  test('return the content of the envelope', () => {
    expect(open(recorded('GetMyOrganization', 'admin'))).toMatchObject({ name: 'Roastery' });
    expect(open(recorded('createPreview', 'ok'))).toEqual(expect.any(String));
  });

  test('count as done if the results are missing or there is no body', () => {
    expect(open(recorded('DeleteSpace', 'ok'), true)).toBeUndefined();
    expect(open(recorded('addUserToGroup', 'already a member'), true)).toBeUndefined();
  });

  test('need no status if they contain results only', () => {
    expect(openText(200, 'application/json', '{"results":{"id":1}}')).toEqual({ id: 1 });
    expect(() => openText(200, 'application/json', '{}')).toThrow(NotJsonError);
    expect(() => openText(200, 'application/json', 'null')).toThrow(NotJsonError);
    const promisesNothing = { status: 200, contentType: 'application/json', mayBeEmpty: true };
    expect(openEnvelope({ ...promisesNothing, text: '{}' })).toBeUndefined();
    expect(() => openEnvelope({ ...promisesNothing, text: 'null' })).toThrow(NotJsonError);
    expect(() => openText(200, 'application/json', '{"status":"healthy"}')).toThrow(NotJsonError);
    expect(() => openText(200, 'application/json', '{"status":"error","results":1}')).toThrow(NotJsonError);
  });

  test('to a read have results, unless the route was recorded without', () => {
    for (const text of ['{"status":"ok"}', '{"status":"ok","results":null}']) {
      const response = { status: 200, contentType: 'application/json', text };
      expect(() => openEnvelope(response)).toThrow(NotJsonError);
      expect(openEnvelope({ ...response, mayLackResults: true }) ?? undefined).toBeUndefined();
      expect(openEnvelope({ ...response, toWrite: true }) ?? undefined).toBeUndefined();
    }
  });

  test('keep results that are false or empty', () => {
    expect(openText(200, 'application/json', '{"status":"ok","results":false}')).toBe(false);
    expect(openText(200, 'application/json', '{"status":"ok","results":[]}')).toEqual([]);
  });
});

describe('the three 401s', () => {
  test('no token at all: a bare text', () => {
    const failure = failureOf(() => open(recorded('extra/auth', 'no auth')));
    expect(failure).toBeInstanceOf(NotSignedInError);
    expect(failure.advice).toContain('LIGHTDASH_API_KEY');
  });

  test('an unknown token', () => {
    const failure = failureOf(() => open(recorded('extra/auth', 'unknown token')));
    expect(failure).toBeInstanceOf(NotSignedInError);
    expect(failure.message).toContain('Personal access token is not recognised');
    expect(failure.advice).toContain('LIGHTDASH_API_KEY');
  });

  test('an operation that wants a session', () => {
    const failure = failureOf(() => open(recorded('createSshKeyPair', 'with a PAT: session only')));
    expect(failure).toBeInstanceOf(NotSignedInError);
    expect(failure.message).toContain('session');
    expect(failure.advice).toContain('LIGHTDASH_EMAIL');
  });

  const said401 = (message: string, takesTokens: boolean) =>
    failureOf(() => {
      const text = JSON.stringify({ status: 'error', error: { statusCode: 401, name: 'AuthorizationError', message } });
      openEnvelope({ status: 401, contentType: 'application/json', text, takesTokens });
    });

  test('an unknown token as newer servers report it: the text that 0.1366 has for a missing session', () => {
    const failure = said401('Failed to authorize user', true);
    expect(failure).toBeInstanceOf(NotSignedInError);
    expect(failure.advice).toContain('LIGHTDASH_API_KEY');
    expect(said401('Failed to authorize user', false).advice).toContain('LIGHTDASH_EMAIL');
  });

  test('a Lightdash without personal tokens does not lead to advice to use another one', () => {
    const failure = said401('Personal access tokens are disabled', true);
    expect(failure).toBeInstanceOf(NotSignedInError);
    expect(failure.advice).toMatch(/service account/);
    expect(failure.advice).not.toMatch(/expired/);
  });

  test('a field hidden by a user attribute, as newer servers report it, is not blamed on the token', () => {
    const failure = said401("You don't have authorization to access this explore", true);
    expect(failure).toBeInstanceOf(NotAllowedError);
    expect(failure.advice).not.toContain('LIGHTDASH_API_KEY');
  });
});

describe('refusals', () => {
  test.each([
    ['AddSpaceUserAccess', 'viewer', NotAllowedError, "don't have access"],
    ['GetSpace', 'unknown', NotFoundError, ''],
    ['RunMetricQuery', 'unknown explore', NotFoundError, 'Explore "nope" does not exist.'],
    ['CreateGroupInOrganization', 'same name again', ConflictError, ''],
    ['RunSqlQuery', 'SQL error', InvalidInputError, 'roastery.nope'],
    ['createTag', 'same name again', ServerFaultError, ''],
  ])("%s, %s, is reported in Lightdash's words", (file, note, kind, words) => {
    const exchange = recorded(file, note);
    const failure = failureOf(() => open(exchange));
    expect(failure).toBeInstanceOf(kind);
    expect(failure.message).toContain(words);
    expect(failure.status).toBe(exchange.response.status);
  });

  test('an invalid body, whose message is empty, is reported from its data', () => {
    const failure = failureOf(() => open(recorded('AddSpaceUserAccess', 'bad role')));
    expect(failure).toBeInstanceOf(InvalidInputError);
    expect(failure.message).toContain('spaceRole');
  });

  test('a server error without a reason names its usual cause, and the logs', () => {
    const failure = failureOf(() => open(recorded('GetProject', 'not a uuid')));
    expect(failure).toBeInstanceOf(ServerFaultError);
    expect(failure.advice).toContain('id');
    expect(failure.advice).toMatch(/[0-9a-f]{32}/);
  });

  test('too many requests', () => {
    const body = '{"status":"error","error":{"name":"RateLimit","message":"slow down"}}';
    expect(failureOf(() => openText(429, 'application/json', body))).toBeInstanceOf(RateLimitedError);
    expect(failureOf(() => openText(429, 'text/plain', 'Too Many Requests'))).toBeInstanceOf(RateLimitedError);
  });

  test('an error envelope is a failure whatever its status', () => {
    const body = '{"status":"error","error":{"name":"Odd","message":"odd"}}';
    expect(failureOf(() => openText(200, 'application/json', body)).message).toContain('odd');
  });

  test.each([
    ['promoteChart', /upstream/, 'update_project_metadata'],
    ['getAccessToken', /refresh token/, 'Google Drive'],
    ['getGithubListRepositories', /installation/i, 'install_github_app_for_organization'],
    ['deleteGroup', /No group found/, 'id or name'],
  ])('a 404 of %s advises about the missing thing', (file, message, advice) => {
    const exchange = readRecordings()
      .filter(({ operationId }) => operationId === file)
      .flatMap(({ exchanges }) => exchanges)
      .find(({ response }) => response.status === 404 && message.test(JSON.stringify(response.body)));
    if (exchange === undefined) throw new Error('not recorded');
    expect(failureOf(() => open(exchange)).advice).toContain(advice);
  });

  test('an envelope without message and name still says its status', () => {
    expect(failureOf(() => openText(418, 'application/json', '{"status":"error","error":{}}')).message).toContain(
      '418',
    );
    expect(failureOf(() => openText(404, 'application/json', '{"status":"error","error":{}}')).message).toContain(
      '404',
    );
  });
});

describe('responses that are not from Lightdash', () => {
  test('its web page in place of an unknown route', () => {
    const page = recorded('extra/unknown_route', 'GET unknown api route: the single-page app answers 200 text/html');
    expect(failureOf(() => open(page))).toBeInstanceOf(NotFoundError);
  });

  test('a page for an unknown method', () => {
    const page = recorded('extra/unknown_route', 'POST unknown api route');
    expect(failureOf(() => open(page))).toBeInstanceOf(NotFoundError);
  });

  test("a proxy's sign-in page", () => {
    const failure = failureOf(() => openText(200, 'text/html', '<!DOCTYPE html><title>Sign in to Acme</title>'));
    expect(failure).toBeInstanceOf(NotJsonError);
    expect(failure.advice).toContain('LIGHTDASH_HEADERS');
    expect(failureOf(() => openText(403, 'text/html', '<html>denied</html>'))).toBeInstanceOf(NotJsonError);
  });

  test("a gateway's error page", () => {
    expect(failureOf(() => openText(502, 'text/html', '<html>Bad gateway</html>'))).toBeInstanceOf(ServerFaultError);
    expect(failureOf(() => openText(503, undefined, ''))).toBeInstanceOf(ServerFaultError);
  });

  test.each([
    ['JSON that is incomplete', '{"status":"ok","results":[{"na', 'incomplete'],
    ['nothing', '', 'empty'],
    ['spaces', ' ', 'empty'],
    ['the JSON of something else', '{"message":"please sign in"}', 'not of its form'],
    ['plain text', 'pong', 'not JSON'],
    ['a bare number', '7', 'not JSON'],
  ])('%s', (_, text, words) => {
    const failure = failureOf(() => openText(200, 'application/json', text));
    expect(failure).toBeInstanceOf(NotJsonError);
    expect(failure.message).toContain(words);
  });
});

describe('the reasons in a 422', () => {
  test('are reported by their argument', () => {
    expect(validationReasons({ 'body.limit': { message: "'limit' is required" } })).toEqual(["'limit' is required"]);
    expect(validationReasons({ 'body.role': { message: 'should be one of', value: 'x' } })).toEqual([
      'role: should be one of',
    ]);
  });

  test('are read out of the JSON that a union nests in its text, each once', () => {
    const nested = JSON.stringify([
      { 'body.tiles.$0': { message: 'a', value: 1 } },
      { 'body.tiles.$0': { message: 'a', value: 1 } },
      { 'body.name': { message: 'b' } },
    ]);
    const data = { body: { message: `Could not match the union. Issues: ${nested}`, value: {} } };
    expect(validationReasons(data)).toEqual(['tiles.$0: a', 'name: b']);
  });

  test('of real unions are short', () => {
    const failure = failureOf(() => open(recorded('createDashboard', 'chart tile without properties')));
    expect(failure.message).toContain('properties');
    expect(failure.message.length).toBeLessThan(1_000);
  });

  test('that cannot be read are reported unchanged', () => {
    expect(validationReasons({ body: { message: 'Issues: [{cut' } })).toEqual(['Issues: [{cut']);
    expect(validationReasons({ body: 'odd', other: null })).toEqual([]);
  });
});
