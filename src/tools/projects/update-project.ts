import * as z from 'zod';
import type { Endpoint } from '../../lightdash/endpoint.ts';
import { projectUuid } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import {
  projectDefaults,
  replaceProjectDefaults,
  setPreviewEnd,
  setProjectName,
  setQueryTimezone,
} from '../../operations/routes/administration.ts';
import { formatTimestamp } from '../../text/format.ts';
import { isObject, type JsonObject, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { ArgumentsError } from '../arguments.ts';
import { newerOnly } from '../newer-only.ts';
import { defineTool } from '../operation-tool.ts';
import type { Preview, ToolContext } from '../tool.ts';

const MAX_PREVIEW_HOURS = 24 * 365;

const projectArguments = () => ({
  projectUuid: projectUuid(),
  name: z.string().min(1).optional(),
  queryTimezone: z.string().min(1).nullable().optional().describe('null for UTC'),
  columnTotals: z.boolean().optional(),
  previewHours: z.int().min(1).max(MAX_PREVIEW_HOURS).optional().describe('From now'),
});

/** A time zone moves rows to other days for everyone; undefined if it stays. */
const previewTimezone: Preview = async ({ projectUuid: uuid, queryTimezone }, client) => {
  if (queryTimezone === undefined) return undefined;
  if (typeof queryTimezone === 'string') assertTimezone(queryTimezone);
  const project = await fetchProject(client, String(uuid));
  // 0.1366 has no such setting, and the tool says so.
  if (!('queryTimezone' in project)) return undefined;
  const [before, after] = [zoneOf(project.queryTimezone), zoneOf(queryTimezone)];
  return before === after
    ? undefined
    : `Days, weeks and months of all queries of the project ${nameOf(project)} become those of ${after} instead of ${before}, for everyone: numbers by period change.`;
};

const zoneOf = (zone: unknown) => plainText(text(zone) ?? 'UTC');

/** Changes settings of a project and reads them back. */
export const updateProject = defineTool({
  name: 'update_project',
  since: '1.219',
  title: 'Rename a project, change its settings',
  description: 'Changes the name, the time zone of queries, default totals, or the end of a preview.',
  toolset: 'projects',
  readOnly: false,
  destructive: false,
  idempotent: true,
  input: projectArguments,
  preview: previewTimezone,
  async run({ projectUuid: uuid, name, queryTimezone, columnTotals, previewHours }, context) {
    if (typeof queryTimezone === 'string') assertTimezone(queryTimezone);
    const project = await fetchProject(context, uuid);
    const readDefaults = () => (columnTotals === undefined ? undefined : fetchDefaults(context, uuid));
    if (previewHours !== undefined && project.type !== 'PREVIEW')
      throw new ArgumentsError([`previewHours: ${nameOf(project)} is no preview project, so it does not end`]);
    const change = (endpoint: Endpoint, values: JsonObject) =>
      newerOnly('change these settings', context.execute(endpoint, { projectUuid: uuid, ...values }));
    // A write replaces all defaults, so the others are read and sent back.
    const others = await newerOnly('change these settings', Promise.resolve(readDefaults()));
    if (name !== undefined) await change(setProjectName, { name });
    if (queryTimezone !== undefined) await change(setQueryTimezone, { queryTimezone });
    if (previewHours !== undefined) await change(setPreviewEnd, { expiresInHours: previewHours });
    if (columnTotals !== undefined)
      await change(replaceProjectDefaults, { body: { ...others, column_totals: columnTotals } });
    const [now, defaults] = [await fetchProject(context, uuid), await readDefaults()];
    const description = describeProject(now, defaults);
    // The end of a preview is counted from now.
    const isSame = previewHours === undefined && describeProject(project, others) === description;
    const head = isSame ? 'Nothing changed. It was so before' : 'Changed. Now';
    return { text: `${head}: ${description}.`, data: { project: now, defaults } };
  },
});

/** Lightdash saves some zones that do not exist. */
function assertTimezone(zone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw new ArgumentsError([
      `queryTimezone: there is no time zone "${plainText(zone.slice(0, 60))}", such as Europe/Berlin`,
    ]);
  }
}

async function fetchProject(context: Pick<ToolContext, 'execute'>, project: string): Promise<JsonObject> {
  const { results } = await context.execute(operationById('GetProject'), { projectUuid: project });
  return isObject(results) ? results : {};
}

const nameOf = (project: JsonObject) => plainText(text(project.name) ?? 'the project');

async function fetchDefaults(context: ToolContext, project: string): Promise<JsonObject> {
  const { results } = await context.execute(projectDefaults, { projectUuid: project });
  return isObject(results) ? results : {};
}

function describeProject(project: JsonObject, defaults: JsonObject | undefined): string {
  const end = formatTimestamp(project.expiresAt);
  const parts = [
    `queries in ${text(project.queryTimezone) ?? 'UTC'}`,
    ...(end ? [`ends ${end} UTC`] : []),
    ...(defaults ? [`totals in tables ${defaults.column_totals === false ? 'off' : 'on'} by default`] : []),
  ];
  return `${nameOf(project)}, ${parts.join(', ')}`;
}
