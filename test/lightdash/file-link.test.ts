import { expect, test } from 'vitest';
import { NotFoundError } from '../../src/lightdash/errors.ts';
import { clientOf, failureOf, token } from '../helpers/lightdash-client.ts';
import { answerJson, startLoopback } from '../helpers/loopback.ts';

// Links to files as 1.219 and 0.1366 return them (recordings of getFile and getCsvUrl).

const never = new AbortController().signal;

/** Keeps the text of a file. */
class TextReader {
  text = '';
  write(chunk: Buffer): void {
    this.text += chunk.toString();
  }
  end(): string {
    return this.text;
  }
}

const read = (base: URL, link: string) => clientOf(base).readFile(link, new TextReader(), never);

test.each([
  '/api/v1/file/tVRsz_LTrZ6dWqyAPLuY8',
  '/api/v1/projects/28a012f6-4897-4927-8e21-30880ba92505/csv/MBJY4T76daGZVCJPxbYjJ',
])("Lightdash's own file %s is read at the configured address, signed in", async (path) => {
  const { url, received } = await startLoopback((_, response) => response.end('State\n"x"\n'));
  const base = new URL('/lightdash', url);
  expect(await read(base, `https://analytics.example.com${path}`)).toBe('State\n"x"\n');
  expect(received).toMatchObject([
    { method: 'GET', target: `/lightdash${path}`, headers: { authorization: `ApiKey ${token.reveal()}` } },
  ]);
});

test.each([
  ['plain', (path: string) => path],
  ['hidden in a query', (path: string) => `${path}?next=/api/v1/file/x`],
  ['no link', () => 'file'],
])("an address that is neither Lightdash's nor TLS is not read: %s", async (_, linkOf) => {
  const lightdash = await startLoopback((__, response) => answerJson(response, 200, {}));
  const stranger = await startLoopback((__, response) => response.end('x'));
  const link = linkOf(new URL('/latest/meta-data', stranger.url).href);
  await failureOf(read(lightdash.url, link));
  expect([...lightdash.received, ...stranger.received]).toEqual([]);
});

test('a redirect is not followed, and an expired file is reported as such', async () => {
  const { url, received } = await startLoopback((_, response, count) => {
    response.writeHead(count === 1 ? 302 : 404, { location: '/elsewhere' });
    response.end();
  });
  const link = new URL('/api/v1/file/AAAAAAAAAAAAAAAAAAAAA', url).href;
  expect((await failureOf(read(url, link))).status).toBe(302);
  expect(await failureOf(read(url, link))).toBeInstanceOf(NotFoundError);
  expect(received.map(({ target }) => target)).toEqual([
    '/api/v1/file/AAAAAAAAAAAAAAAAAAAAA',
    '/api/v1/file/AAAAAAAAAAAAAAAAAAAAA',
  ]);
});

test('a file that breaks off is a failure, not a short file', async () => {
  const { url } = await startLoopback((_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('State\n"x"\n');
    setImmediate(() => response.destroy());
  });
  await failureOf(read(url, new URL('/api/v1/file/AAAAAAAAAAAAAAAAAAAAA', url).href));
});
