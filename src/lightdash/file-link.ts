import type { Dispatcher } from 'undici';
import { abortCause } from '../async/abort.ts';
import { LightdashError, NotFoundError, ServerFaultError } from './errors.ts';
import type { Connections } from './http/connections.ts';
import { type Phase, transportFailure } from './http/failure.ts';
import { ignoredBody } from './http/response-body.ts';
import type { BodyReader } from './http/response-handler.ts';

/** Files that Lightdash hands out itself: of 1.219 for their maker alone, of releases without object storage for anyone. */
const OWN_FILE = /\/api\/v1\/(?:file\/[\w-]+|projects\/[\w-]+\/csv\/[\w-]+)$/;

/** The parts of the client that reading a file uses. */
interface FileSource {
  /** Scheme, host and port of Lightdash. */
  readonly origin: string;
  /** Path prefix of Lightdash. */
  readonly base: string;
  /** Headers of a request to Lightdash, with its credentials. */
  readonly headers: () => Promise<Record<string, string>>;
  readonly connections: Connections;
}

/**
 * Reads the file of a link that Lightdash returned. Its own files are read at the configured address, with the
 * credentials; a link to an object storage is read without them, over TLS, and no redirect is followed.
 *
 * @throws {LightdashError}
 */
export async function readLinkedFile<Body>(
  link: string,
  reader: BodyReader<Body>,
  source: FileSource,
  signal: AbortSignal,
): Promise<Body> {
  const progress: { phase: Phase } = { phase: 'waiting' };
  const startedAt = performance.now();
  const target = await targetOf(link, source);
  try {
    const { status, body } = await source.connections.request<Body | undefined>(
      { ...target, signal },
      progress,
      (statusCode) => (statusCode === 200 ? reader : ignoredBody),
    );
    if (status === 200 && body !== undefined) return body;
    throw statusError(status);
  } catch (error) {
    if (error instanceof LightdashError) throw error;
    const [{ origin }, stopped] = [target, abortCause(signal)];
    const waitedMs = performance.now() - startedAt;
    throw transportFailure(error, { origin, readOnly: true, phase: progress.phase, stopped, waitedMs });
  }
}

type Target = Pick<Dispatcher.RequestOptions, 'path' | 'method' | 'headers'> & { readonly origin: string };

async function targetOf(link: string, { origin, base, headers }: FileSource): Promise<Target> {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  const own = url && OWN_FILE.exec(url.pathname)?.[0];
  if (own !== undefined)
    return { origin, path: `${base}${own}${url?.search ?? ''}`, method: 'GET', headers: await headers() };
  if (url?.protocol !== 'https:')
    throw new ServerFaultError('The link to the file is no address that this server reads.');
  return { origin: url.origin, path: `${url.pathname}${url.search}`, method: 'GET', headers: {} };
}

const statusError = (status: number) =>
  status === 404
    ? new NotFoundError('Lightdash does not have the file any more.', { status })
    : new ServerFaultError(`The file could not be read (HTTP ${status}).`, { status });
