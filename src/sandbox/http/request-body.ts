import type { Context } from 'hono';
import { SandboxError } from '../errors.ts';
import { unexpected } from './refusals.ts';

/** The real server's limit; a bigger body is a 500, not a 413. */
const MAX_BODY_BYTES = 5 * 1024 * 1024;

/** A body that is not JSON, too long or cut off: a 500 like others, but from before the handlers. */
export class UnreadableBody extends SandboxError {
  constructor() {
    super(500, 'UnexpectedServerError', 'Something went wrong.');
  }
}

/**
 * The body of a request as the real server's parsers see it: JSON and forms are read, anything else counts as `{}`.
 * @throws 500 for malformed JSON, for JSON that is not an object or a list, and for a body over 5 MB
 */
export async function readBody(context: Context): Promise<unknown> {
  const { method } = context.req;
  if (method === 'GET' || method === 'HEAD') return {};
  const type = context.req.header('content-type') ?? '';
  const isForm = type.startsWith('application/x-www-form-urlencoded');
  if (!isForm && !type.includes('json')) return {};
  const text = await wholeText(context);
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) throw new UnreadableBody();
  if (text.trim() === '') return {};
  if (isForm) return Object.fromEntries(new URLSearchParams(text));
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null) throw unexpected();
  return body;
}

async function wholeText(context: Context): Promise<string> {
  try {
    return await context.req.text();
  } catch {
    // The client went away in the middle.
    throw new UnreadableBody();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableBody();
  }
}
