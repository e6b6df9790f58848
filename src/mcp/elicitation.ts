import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import type { ElicitationOutcome } from '../policy/authorize-call.ts';
import { sanitizeText } from '../text/plain-text.ts';

/** Time for the person's reply. */
const ASK_TIMEOUT_MS = 10 * 60_000;

/** Shows a yes-or-no question to the person at the host. */
export async function elicitConfirmation(
  server: Server,
  question: string,
  signal: AbortSignal,
): Promise<ElicitationOutcome> {
  const requestedSchema = { type: 'object' as const, properties: {} };
  const options = { signal, timeout: ASK_TIMEOUT_MS };
  try {
    return (await server.elicitInput({ message: sanitizeText(question), requestedSchema }, options)).action;
  } catch (error) {
    const gaveNoAnswer = signal.aborted || (error instanceof McpError && error.code === ErrorCode.RequestTimeout);
    return gaveNoAnswer ? 'cancel' : 'unavailable';
  }
}
