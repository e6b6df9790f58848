import { createHash } from 'node:crypto';
import * as z from 'zod';
import { LightdashError } from '../../lightdash/errors.ts';
import { pluralize } from '../../text/format.ts';
import { type JsonObject, text } from '../../text/json.ts';
import { confirmation, unread } from '../operation-tool.ts';
import { quoted } from '../preview.ts';
import type { Preview, RunnableTool, ToolArguments, ToolContext } from '../tool.ts';
import { type CodeItem, type CodeKind, comparable, readCode, readItem, sendCode } from './as-code-item.ts';
import { type PlannedItem, planItems } from './as-code-plan.ts';
import { contentPath } from './project-content.ts';

/** Lines of a diff that a person reads before they agree. */
const MAX_DIFF_LINES = 60;

const expanded = z.object({ projectUuid: z.string(), content: z.array(z.record(z.string(), z.unknown())).min(1) });

/** Writes charts and dashboards from code, after a preview of what differs. */
export const applyContentAsCode: RunnableTool = {
  name: 'apply_content_as_code',
  since: '1.219',
  title: 'Write charts and dashboards from code',
  description: 'Creates or updates charts and dashboards from YAML; shows the diff and asks first.',
  toolset: 'content',
  readOnly: false,
  destructive: true,
  idempotent: true,
  input: () => ({
    projectUuid: z.string().min(1),
    code: z.string().min(1).describe('YAML'),
    confirmation: confirmation(),
  }),
  async expand({ code, ...args }) {
    const { readYaml } = await import('./as-code-yaml.ts');
    return { ...args, content: readYaml(String(code)) };
  },
  preview: (args, client) => previewApply(args, client),
  async run(args, context) {
    const { projectUuid, items } = itemsOf(args);
    const planned = await planItems(items, projectUuid, context);
    const changes = planned.filter(({ diff }) => diff.length > 0);
    if (changes.length === 0)
      return {
        text: `Nothing differs: ${named(items)} ${items.length === 1 ? 'is' : 'are'} in Lightdash as in the code. Nothing was sent.`,
      };
    // Charts first: the tiles of dashboards find them by their slugs.
    const inOrder = changes.toSorted(
      (left, right) => Number(left.item.kind === 'dashboard') - Number(right.item.kind === 'dashboard'),
    );
    const done: string[] = [];
    for (const change of inOrder) {
      try {
        done.push(await applied(change, projectUuid, context));
      } catch (error) {
        if (!(error instanceof LightdashError) || done.length === 0) throw error;
        const rest = inOrder.slice(done.length).map(({ item }) => item);
        const [reason] = error.userMessageLines;
        done.push(`NOT applied: ${named(rest)}. It stopped at ${named(rest.slice(0, 1))}: ${reason ?? error.message}`);
        break;
      }
    }
    const unchangedCount = planned.length - changes.length;
    const unchanged = unchangedCount > 0 ? [`${pluralize(unchangedCount, 'other')} did not differ.`] : [];
    return { text: [...done, ...unchanged].join('\n'), data: items.map(({ slug }) => slug) };
  },
};

function itemsOf(args: ToolArguments) {
  const { projectUuid, content } = expanded.parse(args);
  return { projectUuid, items: content.map(readItem) };
}

const named = (items: readonly CodeItem[]): string =>
  items.map(({ kind, name }) => `${kind} ${quoted(name)}`).join(', ');

const previewApply: Preview = async (args, client) => {
  const { projectUuid, items } = itemsOf(args);
  const changes = (await planItems(items, projectUuid, client)).filter(({ diff }) => diff.length > 0);
  if (changes.length === 0) return undefined;
  const parts = changes.map(({ item, isNew, isVerified, diff, notes }) => {
    const shown = diff.slice(0, MAX_DIFF_LINES);
    const rest = diff.length - shown.length;
    return [
      `${isNew ? 'Creates' : 'Changes'} the ${named([item])} (${item.slug}) in space ${item.spaceSlug}, ${linesIn(diff)}:`,
      ...shown,
      ...(rest > 0 ? [`… and ${pluralize(rest, 'more line')} [contents ${hashOf(diff)}]`] : []),
      ...(isVerified
        ? ['It is marked as verified; Lightdash takes the mark away if the one who changes it may not verify.']
        : []),
      ...notes,
    ].join('\n');
  });
  return parts.join('\n');
};

/** Lines that are not shown void the confirmation, too, if they change. */
const hashOf = (lines: readonly string[]) => createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 8);

const linesIn = (diff: readonly string[]): string => {
  const count = (sign: string) => diff.filter((line) => line.startsWith(sign)).length;
  return `${pluralize(count('+'), 'line')} added, ${count('-')} removed`;
};

/** Sends an item, and says what is there now. */
async function applied(
  { item, isNew, isVerified, diff, notes, formerProperties }: PlannedItem,
  projectUuid: string,
  context: ToolContext,
): Promise<string> {
  const { diffOf } = await import('./as-code-yaml.ts');
  const { kind, slug } = item;
  const { action, saved } = await sendCode(item, projectUuid, context);
  const [now] = (await readCode(kind, [slug], projectUuid, context)).items;
  const other = now ? diffOf(comparable(item.code), comparable(now)) : [];
  const uuid = text(saved.uuid) ?? '';
  const done = action === 'no changes' ? 'Lightdash reports no changes for' : isNew ? 'Created' : 'Updated';
  return [
    `${done} the ${named([item])} in space ${text(now?.spaceSlug) ?? item.spaceSlug} (${linesIn(diff)}): ${context.lightdash.pageUrl(contentPath({ type: kind, uuid, slug }, projectUuid))}`,
    ...notes,
    ...(isVerified && now?.verification === null ? ['It is no longer marked as verified: verify_content.'] : []),
    now === undefined
      ? unread('get_content_as_code')
      : other.length === 0
        ? 'Read back: it is as the code says.'
        : `Read back, it differs from the code (- code, + Lightdash):\n${other.slice(0, MAX_DIFF_LINES).join('\n')}`,
    `To take it back: ${takenBack(kind, uuid, isNew, formerProperties)}`,
  ].join('\n');
}

/** The calls that take a change back. A version holds the query and look, or the tiles and filters, and nothing else. */
function takenBack(kind: CodeKind, uuid: string, isNew: boolean, formerProperties: JsonObject): string {
  const reference = { [`${kind}Uuid`]: uuid };
  if (isNew) return `delete_${kind} ${JSON.stringify(reference)}`;
  const names = Object.keys(formerProperties);
  return [
    `rollback_${kind}_version with the version before from get_${kind}_history ${JSON.stringify(reference)}`,
    ...(names.length > 0
      ? [`for ${names.join(', ')} update_${kind} ${JSON.stringify({ ...reference, ...formerProperties })}`]
      : []),
  ].join('; ');
}
