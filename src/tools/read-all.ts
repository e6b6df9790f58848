import { ArgumentsError } from './arguments.ts';

/**
 * Reads all, in the order of the arguments whatever ends first.
 *
 * @throws {ArgumentsError} with the problems of all that failed by their arguments; any other failure comes first.
 */
export async function readAll<Read>(reads: readonly Promise<Read>[]): Promise<readonly Read[]> {
  const problems: string[] = [];
  const results: Read[] = [];
  for (const settled of await Promise.allSettled(reads)) {
    if (settled.status === 'fulfilled') results.push(settled.value);
    else if (settled.reason instanceof ArgumentsError) problems.push(...settled.reason.problems);
    else throw settled.reason;
  }
  if (problems.length > 0) throw new ArgumentsError(problems);
  return results;
}
