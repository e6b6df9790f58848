import type { ToolContext } from '../tool.ts';

/** Names of the explores that have the fields which a text means, best first. */
export async function findExplores(written: string, projectUuid: string, context: ToolContext): Promise<string[]> {
  const { fields } = await context.fields.search(projectUuid, written, context);
  return [...new Set(fields.flatMap(({ explores }) => explores.slice(0, 1)))];
}
