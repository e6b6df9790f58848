import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';

/** "Resource not found" in revisions up to 2025-11-25. */
const RESOURCE_NOT_FOUND = -32002;

/**
 * An answer of JSON-RPC that says no. The SDK's own class puts its code before the message, and clients do so again.
 */
class ProtocolError extends Error {
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
