import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import * as z from 'zod';

const bindings = z.object({ outgoing: z.custom<ServerResponse>() });

/**
 * Answers with text and no content type, as the real server does in two places. Written past the HTTP library, which gives every
 * body a type.
 */
export function sendUntyped(context: Context, status: number, text: string): Response {
  const { outgoing } = bindings.parse(context.env);
  outgoing.writeHead(status, { 'content-length': Buffer.byteLength(text) });
  outgoing.end(text);
  return RESPONSE_ALREADY_SENT;
}

/** The status of an answer, also of one that was written past the library. */
export function statusOf(context: Context, response: Response): number {
  return response === RESPONSE_ALREADY_SENT ? bindings.parse(context.env).outgoing.statusCode : response.status;
}
