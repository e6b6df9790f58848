import { isObject, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { doneSentence, rendered, type ToolHandlers, unread } from '../operation-tool.ts';

/** Handlers of short links to pages. */
export const shareLinkHandlers = {
  async CreateShareUrl(operation, args, { execute }) {
    const { results } = await execute(operation, args);
    const { shareUrl, nanoid } = isObject(results) ? results : {};
    const link =
      text(shareUrl) === undefined
        ? `${doneSentence(operation.title, args)} ${unread('get_share_url')}`
        : `Created the link ${text(shareUrl)} to ${args.path}${args.params} (nanoId ${text(nanoid) ?? '?'}). Who opens it needs access to what it shows.`;
    return { text: plainText(link), data: results };
  },
  getShareUrl: rendered((results) => {
    const { shareUrl, url, path, nanoid } = isObject(results) ? results : {};
    const [link, page] = [text(shareUrl) ?? text(nanoid), text(url) ?? text(path)];
    return link === undefined || page === undefined ? undefined : plainText(`The link ${link} leads to ${page}.`);
  }),
} satisfies ToolHandlers;
