import { JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { answerJson, answerResults, startLoopback } from '../helpers/loopback.ts';
import { startServerProcess } from '../helpers/server-process.ts';

const project = '28a012f6-4897-4927-8e21-30880ba92505';

test('every line on stdout is JSON-RPC, whatever is sent and whatever fails', async () => {
  const lightdash = await startLoopback(({ target }, response) => {
    if (target.includes('/org/users')) return answerResults(response, { data: [] });
    if (target.endsWith('/org')) return void response.end('<html><title>Sign in</title></html>');
    if (target.endsWith('/user')) return void response.destroy();
    if (target.endsWith('/tags'))
      return answerJson(response, 500, { status: 'error', error: { message: 'out\nof\r\nluck' } });
    answerJson(response, 404, { status: 'error', error: { name: 'NotFoundError', message: 'not here' } });
  });
  const server = startServerProcess(
    { LIGHTDASH_URL: lightdash.url.href, LIGHTDASH_API_KEY: 'ldpat_purity', LIGHTDASH_LOG_LEVEL: 'debug' },
    ['--timeout', '5'],
  );
  await server.initialize();
  const call = (name: string, args: object) => server.request('tools/call', { name, arguments: args });
  for (const line of [
    'not json',
    '',
    '{}',
    '[]',
    'null',
    '{"jsonrpc":"2.0"}',
    '{"jsonrpc":"1.0","id":99,"method":"ping"}',
    '{"jsonrpc":"2.0","method":"notifications/nothing"}',
    '{"jsonrpc":"2.0","id":98,"result":{}}',
    `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":12345}}`,
    '\u0000\u001b[31m',
  ]) {
    server.send(line);
  }
  await Promise.all([
    server.request('no/such/method'),
    server.request('tools/list'),
    server.request('tools/call', { name: 'no_such_tool', arguments: {} }),
    server.request('tools/call', {}),
    call('list_organization_members', {}),
    call('list_organization_members', { nonsense: true }),
    call('get_my_organization', {}),
    call('get_authenticated_user', {}),
    call('create_tag', { projectUuid: project, name: 'a', color: 'red' }),
    call('get_project', { projectUuid: '..' }),
    call('get_tags', { projectUuid: project }),
  ]);
  await server.request('ping');
  server.closeStdin();
  await server.exited;

  expect(server.stdout.length).toBeGreaterThan(12);
  for (const line of server.stdout) expect(() => JSONRPCMessageSchema.parse(JSON.parse(line)), line).not.toThrow();
  const ids = server.stdout.map((line) => JSON.parse(line).id).filter((id) => id !== undefined);
  expect(new Set(ids).size, 'each request is answered once').toBe(ids.length);
});

test('the debug log goes to stderr as JSON lines', async () => {
  const lightdash = await startLoopback((_, response) => answerResults(response, { name: 'Roastery' }));
  const server = startServerProcess({
    LIGHTDASH_URL: lightdash.url.href,
    LIGHTDASH_API_KEY: 'ldpat_debug',
    LIGHTDASH_LOG_LEVEL: 'debug',
  });
  await server.initialize();
  await server.request('tools/call', { name: 'get_my_organization', arguments: {} });
  server.closeStdin();
  await server.exited;
  const lines = server.stderr().trim().split('\n');
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.map((line) => JSON.parse(line).tool)).toContain('get_my_organization');
});
