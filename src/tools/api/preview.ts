import { pathParameters } from '../../lightdash/request.ts';
import type { LongTail, LongTailOperation } from '../../operations/long-tail/catalog.ts';
import { describe } from '../../operations/long-tail/operation-of.ts';
import { renderOperationAnswer } from '../../render/operation-answer.ts';
import { fetchLabel } from '../access/access-lists.ts';
import type { ToolArguments, ToolContext } from '../tool.ts';
import { currentState } from './current-state.ts';

/** A preview is read by a person: this much of what is there now is enough. */
const BUDGET = { tokens: 400, characters: 1_500 };

/** Preview of an operation that destroys: its effect, and the current state if an operation reads it. */
export async function previewOperation(
  entry: LongTailOperation,
  longTail: LongTail,
  args: ToolArguments,
  client: Pick<ToolContext, 'execute'>,
): Promise<string> {
  const request = `${describe(entry, longTail)}: ${entry.method} ${filled(entry.path, args)}.`;
  const rest = argumentsBesides(entry, args);
  const names = await namesIn(args, client);
  const sent = [...(names === '' ? [] : [names]), ...(rest === undefined ? [] : [`Sent with it: ${rest}`])];
  const state = await currentState(entry, longTail, args, client);
  if (state === undefined) return [request, ...sent].join('\n');
  return [
    request,
    ...sent,
    renderOperationAnswer({ title: 'There now', results: state, offset: 0, budget: BUDGET }),
  ].join('\n');
}

/** A sentence with the names of the person and group whose ids are among the arguments; empty without any. */
export async function namesIn(args: ToolArguments, client: Pick<ToolContext, 'execute'>): Promise<string> {
  const ids = Object.entries(args).flatMap(([name, value]) => {
    const [, kind] = /^(user|group)(?:Id|Uuid)$/.exec(name) ?? [];
    return kind !== undefined && typeof value === 'string' ? [{ kind, value }] : [];
  });
  const names = await Promise.all(
    ids.map(({ kind, value }) => fetchLabel(client, kind === 'group' ? 'group' : 'person', value)),
  );
  const labels = names.filter((name) => ids.every(({ value }) => value !== name));
  return labels.length === 0 ? '' : `It is about ${labels.join(' and ')}.`;
}

const filled = (path: string, args: ToolArguments) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name]));

function argumentsBesides({ path }: LongTailOperation, args: ToolArguments): string | undefined {
  const inPath = pathParameters(path);
  const rest = Object.entries(args).filter(([name]) => !inPath.includes(name) && name !== 'confirmation');
  if (rest.length === 0) return undefined;
  const text = JSON.stringify(Object.fromEntries(rest));
  return text.length > BUDGET.characters ? `${text.slice(0, BUDGET.characters)}…` : text;
}
