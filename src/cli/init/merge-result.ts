/** A settings file with the entry of this server. */
export interface Merged {
  readonly text: string;
  /** The entry in the host's form. */
  readonly entry: unknown;
  /** The previous entry of that name. */
  readonly existing: unknown;
  /** Names of the other servers, which are unchanged. */
  readonly others: readonly string[];
}

/** A settings file that cannot be changed safely; the message continues after "because". */
export class UnmergeableError extends Error {}

/** Names of the other servers. */
export const others = (servers: object, name: string): string[] =>
  Object.keys(servers).filter((other) => other !== name);
