import { isUuid } from '../../operations/fields.ts';
import { joinWithOr, normalizeName } from '../../text/names.ts';
import { nearestAmong } from '../../text/suggest.ts';
import { ArgumentsError } from '../arguments.ts';
import type { ToolContext } from '../tool.ts';
import { findChart } from './find-content.ts';
import { type ContentItem, freshRead, projectContent, TYPE_NAMES } from './project-content.ts';

/**
 * A chart, SQL chart, dashboard or space of a project by uuid or name.
 *
 * @throws {ArgumentsError} if there is none, several have the name, or it is a chart inside of a dashboard.
 * @param content the project's content, if the call has read it.
 */
export async function findItem(
  written: string,
  projectUuid: string,
  context: ToolContext,
  argument = 'item',
  content?: readonly ContentItem[],
): Promise<ContentItem> {
  const all = content ?? (await projectContent(projectUuid, freshRead(context)));
  const items = isUuid(written)
    ? all.filter(({ uuid }) => uuid.toLowerCase() === written.toLowerCase())
    : all.filter(({ name }) => normalizeName(name) === normalizeName(written));
  const exact = items.filter(({ name }) => name === written);
  const [only, ...others] = exact.length > 0 ? exact : items;
  if (only && others.length === 0) return only;
  if (only)
    throw new ArgumentsError([
      `${argument}: "${written}" is the name of ${joinWithOr(items.map(({ type, uuid }) => `${TYPE_NAMES[type]} ${uuid}`))}; give the uuid`,
    ]);
  const inDashboard = await findChart(written, projectUuid, context).catch((error: unknown) => {
    if (error instanceof ArgumentsError) return undefined;
    throw error;
  });
  if (inDashboard)
    throw new ArgumentsError([
      `${argument}: the chart "${inDashboard.name}" is saved inside of a dashboard, and goes with it; duplicate_chart with space makes one on its own`,
    ]);
  const near = nearestAmong(
    written,
    all.map(({ name }) => name),
  );
  throw new ArgumentsError([`${argument}: the project has nothing named "${written}" that you can see${near}`]);
}
