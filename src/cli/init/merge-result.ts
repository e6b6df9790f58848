/** A settings file that cannot be changed without the risk of breaking it; the message goes on after "because". */
export class UnmergeableError extends Error {}

/** The names of the servers beside ours. */
export const others = (servers: object, name: string): string[] => Object.keys(servers).filter((each) => each !== name);
