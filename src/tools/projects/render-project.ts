import { inlineText } from '../../render/inline-text.ts';
import { renderWithinBudget } from '../../render/page.ts';
import { isObject, type JsonObject, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { Budget } from '../../text/token-budget.ts';

/** Parts of a project that have a line, or a place in one. */
const IN_LINES = new Set([
  ...['organizationUuid', 'projectUuid', 'name', 'type', 'dbtConnection', 'dbtVersion', 'warehouseConnection'],
  ...['pinnedListUuid', 'schedulerTimezone', 'queryTimezone', 'upstreamProjectUuid', 'createdByUserUuid'],
]);

/** A project (GetProject): what it is, its connections, its time zones, and every other setting. */
export function renderProject(results: unknown, budget: Budget): string | undefined {
  const project = isObject(results) ? results : {};
  if (text(project.projectUuid) === undefined) return undefined;
  const { dbtConnection, dbtVersion, warehouseConnection, schedulerTimezone, queryTimezone } = project;
  const others = Object.fromEntries(Object.entries(project).filter(([key]) => !IN_LINES.has(key)));
  const uuidLine = (words: string, key: string) =>
    text(project[key]) ? [`${words}: ${key} ${text(project[key])}.`] : [];
  const lines = [
    `dbt: ${connectionWords(dbtConnection)}${text(dbtVersion) ? `, version ${text(dbtVersion)}` : ''}.`,
    `Warehouse: ${connectionWords(warehouseConnection)}.`,
    `Time zone of deliveries: ${text(schedulerTimezone) ?? 'not set'}${'queryTimezone' in project ? `; of queries: ${text(queryTimezone) ?? 'not set'}` : ''}.`,
    ...uuidLine('Promotes to', 'upstreamProjectUuid'),
    ...uuidLine('Pinned items', 'pinnedListUuid'),
    ...uuidLine('Created by', 'createdByUserUuid'),
    ...(settingWords(others).length > 0 ? [`Other settings: ${settingWords(others).join(', ')}.`] : []),
  ];
  const kind = text(project.type) === 'PREVIEW' ? 'Preview project' : 'Project';
  const head = `${kind} "${text(project.name) ?? '?'}" (projectUuid ${text(project.projectUuid) ?? '?'}):`;
  return renderWithinBudget(
    [plainText(head)],
    lines.map(plainText),
    budget,
    'lines',
    'LIGHTDASH_MAX_RESULT_TOKENS sets how much is shown',
  );
}

/** `postgres, host 127.0.0.1, port 5432`; `none` for no connection. */
function connectionWords(connection: unknown): string {
  if (!isObject(connection)) return 'none';
  const { type, ...rest } = connection;
  return [text(type) ?? '?', ...settingWords(rest)].join(', ');
}

/** `host 127.0.0.1`, for each setting that has a value. */
const settingWords = (settings: JsonObject): string[] =>
  Object.entries(settings)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([key, value]) => `${key} ${typeof value === 'object' ? inlineText(value) : String(value)}`);
