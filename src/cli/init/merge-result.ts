/** What a settings file becomes with this server in it. */
export interface Merged {
  readonly text: string;
  /** The entry in the form of the host. */
  readonly entry: unknown;
  /** The entry of that name that was there before. */
  readonly existing: unknown;
  /** The names of the servers that stay as they are. */
  readonly others: readonly string[];
}

/** A settings file that cannot be changed without the risk of breaking it; the message goes on after "because". */
export class UnmergeableError extends Error {}

/** The names of the servers beside ours. */
export const others = (servers: object, name: string): string[] => Object.keys(servers).filter((each) => each !== name);
