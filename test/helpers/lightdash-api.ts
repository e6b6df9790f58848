import { z } from 'zod';
import type { Sandbox } from '../../src/sandbox/index.ts';

const envelope = z.looseObject({ results: z.unknown() });
const object = z.record(z.string(), z.unknown());

/** Speaks to an embedded Lightdash as the web app does: to see what was saved, and to change it as another person. */
export function lightdashOf({ url, tokens }: Sandbox, who: 'admin' | 'editor' = 'admin') {
  async function send(method: string, path: string, body?: unknown) {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { Authorization: `ApiKey ${tokens[who]}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    const { results } = envelope.parse(await response.json());
    return Array.isArray(results) ? { list: results } : object.parse(results ?? {});
  }
  return {
    get: (path: string) => send('GET', path),
    patch: (path: string, body: unknown) => send('PATCH', path, body),
    post: (path: string, body: unknown) => send('POST', path, body),
  };
}
