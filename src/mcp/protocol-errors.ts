import { ErrorCode, type JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';

/** "Resource not found" in revisions up to 2025-11-25. */
const RESOURCE_NOT_FOUND = -32002;

/**
 * An answer of JSON-RPC that says no. The SDK's own class puts its code before the message, and clients do so again.
 */
export class ProtocolError extends Error {
  readonly code: number;
  readonly data: Readonly<Record<string, unknown>> | undefined;

  constructor(code: number, message: string, data?: Readonly<Record<string, unknown>>) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** Nothing is there, or nothing that may be shown. */
export const notFound = (uri: string, message: string) => new ProtocolError(RESOURCE_NOT_FOUND, message, { uri });

/** The request itself is wrong. */
export const invalid = (message: string) => new ProtocolError(ErrorCode.InvalidParams, message);

/** Lightdash did not answer as it should. */
export const requestFailed = (message: string) => new ProtocolError(ErrorCode.InternalError, message);

const issues = z.array(z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() })).min(1);
const MAX_ISSUES = 5;

/**
 * A message as it is sent: if the SDK could not read a request it answers an internal error with zod's JSON, which is
 * turned into invalid params with a sentence.
 */
export function withReadableError(message: JSONRPCMessage): JSONRPCMessage {
  if (
    !('error' in message) ||
    message.error.code !== ErrorCode.InternalError ||
    !message.error.message.startsWith('[')
  ) {
    return message;
  }
  try {
    const zodIssues = issues.parse(JSON.parse(message.error.message)).slice(0, MAX_ISSUES);
    const problems = zodIssues.map(({ path, message: problem }) => `${path.join('.').slice(0, 100)}: ${problem}`);
    return { ...message, error: { code: ErrorCode.InvalidParams, message: problems.join('; ') } };
  } catch {
    return message;
  }
}
