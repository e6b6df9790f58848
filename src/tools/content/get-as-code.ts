import * as z from 'zod';
import type { JsonObject } from '../../text/json.ts';
import { text } from '../../text/json.ts';
import { quoteInput } from '../../text/plain-text.ts';
import { linesThatFit } from '../../text/token-budget.ts';
import { ArgumentsError } from '../arguments.ts';
import { defineTool } from '../operation-tool.ts';
import { readAll } from '../read-all.ts';
import type { ToolContext } from '../tool.ts';
import { type CodeKind, readCode } from './as-code-item.ts';
import { findChart } from './find-content.ts';
import { findItem } from './find-item.ts';
import { contentPath, projectContent } from './project-content.ts';

const MAX_ITEMS = 50;

/** Charts and dashboards as YAML, as Lightdash's command line writes them. */
export const getContentAsCode = defineTool({
  name: 'get_content_as_code',
  since: '1.219',
  title: 'Read charts and dashboards as code',
  description: 'Charts and dashboards as YAML, for git or apply_content_as_code.',
  toolset: 'content',
  readOnly: true,
  destructive: false,
  idempotent: true,
  input: () => ({
    projectUuid: z.string().min(1),
    items: z.array(z.string().min(1)).min(1).max(MAX_ITEMS).describe('Names or uuids'),
  }),
  async run({ projectUuid, items: written }, context) {
    const contents = await readAll(written.map((name) => codeContent(name, projectUuid, context)));
    const items = (await Promise.all(KINDS.map((kind) => itemsOf(kind, contents, projectUuid, context)))).flat();
    if (items.length === 0) throw new ArgumentsError(['items: Lightdash returns none of them as code']);
    const { writeYaml } = await import('./as-code-yaml.ts');
    const texts = items.map(({ kind, uuid, code }) => {
      const { downloadedAt: _, verification, ...kept } = code;
      const page = context.lightdash.pageUrl(contentPath({ type: kind, uuid, slug: '' }, projectUuid));
      const yaml = writeYaml({ ...kept, ...(verification !== null && { verification }) });
      return `---\n# ${kind}s/${text(code.slug)}.yml  ${page}\n${yaml}`;
    });
    const shown = linesThatFit(texts, context.budget);
    const rest = items.slice(shown).map(({ code }) => text(code.slug));
    const lines = [
      `${items.length === 1 ? 'One item' : `${items.length} items`} as code (YAML). Change what you want, and give it to apply_content_as_code with all its keys: what is left out is emptied.`,
      ...(rest.length > 0 ? [`Not below, for want of room: ${rest.join(', ')}. Read them by another call.`] : []),
      ...texts.slice(0, shown),
    ];
    return { text: lines.join('\n'), data: items.map(({ code }) => code) };
  },
});

const KINDS = ['chart', 'dashboard'] as const;

interface CodeContent {
  readonly kind: CodeKind;
  readonly uuid: string;
}

async function itemsOf(kind: CodeKind, contents: readonly CodeContent[], projectUuid: string, context: ToolContext) {
  const uuids = [...new Set(contents.filter((item) => item.kind === kind).map(({ uuid }) => uuid))];
  // One by one the uuid of each is sure: code has none.
  const read = await Promise.all(
    uuids.map(async (uuid) => ({ uuid, ...(await readCode(kind, [uuid], projectUuid, context)) })),
  );
  return read.flatMap(({ uuid, items }) => items.map((code: JsonObject) => ({ kind, uuid, code })));
}

/** @throws {ArgumentsError} if there is no such chart or dashboard, or it is something else. */
async function codeContent(written: string, projectUuid: string, context: ToolContext): Promise<CodeContent> {
  const all = await projectContent(projectUuid, context.read);
  const [bySlug, ...others] = all.filter(({ slug, type }) => slug === written && type !== 'space');
  const item =
    bySlug && others.length === 0
      ? bySlug
      : await findItem(written, projectUuid, context, 'items').catch(insideDashboard);
  if (item.type === 'chart' || item.type === 'dashboard') return { kind: item.type, uuid: item.uuid };
  throw new ArgumentsError([
    `items: ${quoteInput(written)}, ${item.type === 'space' ? 'a space' : 'an SQL chart'}, is not read as code; charts on explores and dashboards are`,
  ]);

  async function insideDashboard(error: unknown) {
    if (!(error instanceof ArgumentsError)) throw error;
    const chart = await findChart(written, projectUuid, context).catch(() => {
      throw error;
    });
    return { type: 'chart' as const, uuid: chart.uuid };
  }
}
