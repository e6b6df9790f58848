import type { ServerResponse } from 'node:http';
import type { Context } from 'hono';
import * as z from 'zod';

/** Marks a response as written already. */
const ALREADY_SENT = 'x-hono-already-sent';

const bindings = z.object({ outgoing: z.custom<ServerResponse>() });

/**
 * Answers with text and no content type, as the real server does in two places. Written past the HTTP library, which gives every
 * body a type.
 */
export function sendUntyped(context: Context, status: number, text: string): Response {
  const { outgoing } = bindings.parse(context.env);
  outgoing.writeHead(status, { 'content-length': Buffer.byteLength(text) });
  outgoing.end(text);
  const response = new Response(null, { headers: { [ALREADY_SENT]: 'true' } });
  // The library writes a response of its own class again, whatever its headers, unless it was read.
  void response.body;
  return response;
}

/** The status of an answer, also of one that was written past the library. */
export function statusOf(context: Context, response: Response): number {
  return response.headers.has(ALREADY_SENT) ? bindings.parse(context.env).outgoing.statusCode : response.status;
}
