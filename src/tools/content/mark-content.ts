import * as z from 'zod';
import { UnknownRouteError } from '../../lightdash/errors.ts';
import {
  toggleChartPin,
  toggleDashboardPin,
  toggleSpacePin,
  unverifyChart,
  unverifyDashboard,
  verifyChart,
  verifyDashboard,
} from '../../operations/routes/content.ts';
import { ArgumentsError } from '../arguments.ts';
import { defineTool } from '../operation-tool.ts';
import type { ToolContext } from '../tool.ts';
import { findItem } from './find-item.ts';
import { type ContentItem, contentPath, freshRead, projectContent, TYPE_NAMES } from './project-content.ts';

const itemInput = () => ({
  projectUuid: z.string().min(1),
  item: z.string().min(1).describe('Name or uuid'),
});

/** Marks a chart or dashboard as verified, or takes the mark away. */
export const verifyContent = defineTool({
  name: 'verify_content',
  since: '1.219',
  title: 'Verify a chart or dashboard: mark it as trustworthy, official',
  description:
    'Marks a chart or dashboard as verified (trusted, checked); verified false takes it back. For admins and developers.',
  toolset: 'content',
  readOnly: false,
  destructive: false,
  idempotent: true,
  input: () => ({ ...itemInput(), verified: z.boolean().default(true) }),
  async run({ projectUuid, item: written, verified }, context) {
    const item = await findItem(written, projectUuid, context);
    if (item.type !== 'chart' && item.type !== 'dashboard')
      throw new ArgumentsError([
        `item: a ${TYPE_NAMES[item.type]} cannot be verified; charts on explores and dashboards can`,
      ]);
    const endpoints = {
      chart: verified ? verifyChart : unverifyChart,
      dashboard: verified ? verifyDashboard : unverifyDashboard,
    };
    const isChanged = item.isVerified !== verified;
    if (isChanged) {
      try {
        await context.execute(endpoints[item.type], { uuid: item.uuid });
      } catch (error) {
        if (error instanceof UnknownRouteError)
          throw new ArgumentsError(['verified: this Lightdash does not mark content as verified']);
        throw error;
      }
    }
    const now = await readAgain(item, projectUuid, context);
    return {
      text: markedText(
        now,
        { state: verified ? 'verified' : 'not verified', isDone: now?.isVerified === verified, isChanged },
        projectUuid,
        context,
      ),
      data: now,
    };
  },
});

/** Pins content to the project's home page, or unpins it. */
export const pinContent = defineTool({
  name: 'pin_content',
  title: 'Pin to the home page: a favorite for all',
  description: "Pins a chart, dashboard or space to the project's home page; pinned false unpins it.",
  toolset: 'content',
  readOnly: false,
  destructive: false,
  idempotent: true,
  input: () => ({ ...itemInput(), pinned: z.boolean().default(true) }),
  async run({ projectUuid, item: written, pinned }, context) {
    const item = await findItem(written, projectUuid, context);
    if (item.type === 'sql_chart') throw new ArgumentsError(['item: an SQL chart cannot be pinned']);
    const endpoints = { chart: toggleChartPin, dashboard: toggleDashboardPin, space: toggleSpacePin };
    // The route turns the pin over: what is as it should be is left alone.
    const isChanged = item.isPinned !== pinned;
    if (isChanged) await context.execute(endpoints[item.type], { projectUuid, uuid: item.uuid });
    const now = await readAgain(item, projectUuid, context);
    return {
      text: markedText(
        now,
        { state: pinned ? 'pinned' : 'not pinned', isDone: now?.isPinned === pinned, isChanged },
        projectUuid,
        context,
      ),
      data: now,
    };
  },
});

async function readAgain({ uuid }: ContentItem, projectUuid: string, context: ToolContext) {
  const now = await projectContent(projectUuid, freshRead(context));
  return now.find((item) => item.uuid === uuid);
}

interface Mark {
  readonly state: string;
  /** The list shows it so. */
  readonly isDone: boolean;
  readonly isChanged: boolean;
}

function markedText(
  item: ContentItem | undefined,
  { state, isDone, isChanged }: Mark,
  projectUuid: string,
  context: ToolContext,
): string {
  if (item === undefined) return 'It is no longer in the lists of the project.';
  const name = `${TYPE_NAMES[item.type]} "${item.name}"`;
  return [
    isDone
      ? `The ${name} in space ${item.spaceName || 'at the root'} ${isChanged ? `is ${state} now` : `was ${state} already; nothing was changed`}.`
      : `The ${name} is not ${state}: the list does not show it so.`,
    `Open: ${context.lightdash.pageUrl(contentPath(item, projectUuid))}`,
  ].join('\n');
}
