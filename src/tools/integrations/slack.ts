import { joinFields, renderWithinBudget } from '../../render/page.ts';
import { pluralize } from '../../text/format.ts';
import { objects, text } from '../../text/json.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';

/** Lightdash answers ok without results if Slack is not connected (recorded on 0.1366 and 1.219). */
const channels: ToolHandler<'getSlackChannels'> = async (operation, args, { execute, budget }) => {
  const { results } = await execute(operation, args);
  if (results === undefined || results === null) {
    return {
      text: 'No Slack channels: this Lightdash is not connected to Slack, or not by this organization. An administrator connects it in Lightdash under Settings, Integrations.',
      data: [],
    };
  }
  const lines = objects(results).map(({ id, name }) => joinFields([text(name) ?? '?', text(id) ?? '']));
  if (lines.length === 0)
    return { text: 'Slack is connected; no channel matches, or the app sees none.', data: results };
  const head = `${pluralize(lines.length, 'Slack channel')}: name|channel id`;
  return { text: renderWithinBudget([head], lines, budget, 'channels', 'search narrows the list'), data: results };
};

/** Handler of Slack channels. */
export const slackHandlers = { getSlackChannels: channels } satisfies ToolHandlers;
