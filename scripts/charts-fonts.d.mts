/** A subset and weight of Roboto, such as `latin-400`, as a bare TrueType file. */
export function trueTypeOf(name: string): Promise<Buffer>;
