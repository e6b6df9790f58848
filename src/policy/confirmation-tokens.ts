import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Tool, ToolArguments } from '../tools/tool.ts';

/** Lifetime of a confirmation token. */
const VALID_MS = 10 * 60_000;
/** More previews than this are not open at one time. */
const MAX_OPEN = 100;

/**
 * One-time tokens for irreversible calls: issued with a preview, consumed by the call itself. A token is bound to the tool,
 * its arguments and the state that was shown; any change since then is shown again.
 */
export class ConfirmationTokens {
  readonly #open: LRUCache<string, string>;

  /** @param clock milliseconds since the epoch; passed in by tests. */
  constructor(clock: () => number = Date.now) {
    this.#open = new LRUCache({ max: MAX_OPEN, ttl: VALID_MS, ttlResolution: 0, perf: { now: clock } });
  }

  /** A token for exactly this call. */
  issue(tool: Tool, args: ToolArguments, state: string): string {
    const token = randomBytes(9).toString('base64url');
    this.#open.set(token, callKey(tool, args, state));
    return token;
  }

  /** True if the token was issued for exactly this call; it is spent either way. */
  consume(token: string, tool: Tool, args: ToolArguments, state: string): boolean {
    const offered = this.#open.get(token);
    this.#open.delete(token);
    return offered === callKey(tool, args, state);
  }
}

/** Arguments come out of the parser in the schema's order, so equal calls have equal texts. */
function callKey(tool: Tool, args: ToolArguments, state: string): string {
  return JSON.stringify([tool.name, args, state]);
}
