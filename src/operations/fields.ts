import { distance } from 'fastest-levenshtein';
import * as z from 'zod';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for a uuid of any version. */
export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}

/**
 * A uuid in lower case, as Lightdash returns it. A plain string for models (`z.uuid()` costs 105 tokens); checked when parsed,
 * for Lightdash answers 500 to a malformed one.
 *
 * @param source the tool that returns it, named in the refusal.
 * @param description for the model, only if the parameter's name does not imply the source of the id.
 */
export function uuid(source: string, description?: string) {
  const schema = z
    .string()
    .toLowerCase()
    .refine(isUuid, { error: `should be a uuid; ${source} gives it` });
  return description ? schema.describe(description) : schema;
}

/** Hexadecimal digits and dashes that are no uuid are not taken for a name. */
const looksLikeUuid = /^[0-9a-f-]{24,}$/i;

/** A uuid or a name in a list, which the handler looks up (`withUuids`). @param source the tool that returns the uuid. */
const uuidOrName = (source: string) =>
  z
    .string()
    .trim()
    .min(1)
    .refine((text) => isUuid(text) || !looksLikeUuid.test(text), { error: `should be a uuid; ${source} gives it` });
/** A member of the organization in a list, by uuid, name, e-mail or `me`. */
export const listedUser = () => uuidOrName('list_organization_members');
/** A group in a list, by uuid or name. */
export const listedGroup = () => uuidOrName('list_groups_in_organization');

/** A project, by uuid or by name: names are resolved before anything is sent. */
export const projectUuid = () => z.string().min(1);
/** A second project of a call; only by uuid. */
export const otherProjectUuid = () => uuid('list_organization_projects');
/** Uuid of a space. */
export const spaceUuid = () => uuid('list_spaces_in_project');
/** Uuid of a saved chart. */
export const chartUuid = () => uuid('list_chart_summaries_in_project');
/** Uuid of a dashboard. */
export const dashboardUuid = () => uuid('list_dashboards');
/** Uuid of a member of the organization. */
export const userUuid = () => uuid('list_organization_members');
/** Uuid of a group. */
export const groupUuid = () => uuid('list_groups_in_organization');
/** Uuid of a scheduled delivery. */
export const schedulerUuid = () => uuid('get_scheduler_logs');
/** Uuid of a version of a chart. */
export const versionUuid = () => uuid('get_chart_history');
/** Uuid of a project's list of pins. */
export const pinnedListUuid = () => uuid('get_project', 'From get_project');
/** Uuid of a catalog item: a metric or a field. */
export const catalogSearchUuid = () => uuid('get_metrics_catalog');
/** Uuid of a tag. */
export const tagUuid = () => uuid('get_tags');

/** Name of an explore or table; a part of a path, so not empty. */
export const exploreId = () => z.string().min(1);

/** Id of a background job: documented as a string; 0.1366 returns numbers, 0.2904 digits. */
export const jobId = () => z.union([z.string().min(1), z.int().transform(String)]).meta({ type: 'string' });

/** A role in a project, from the least to the most. */
export const projectRole = () => z.enum(['viewer', 'interactive_viewer', 'editor', 'developer', 'admin']);
/** A role in the organization; `member` alone gives access to no project. */
export const organizationRole = () =>
  z.enum(['member', 'viewer', 'interactive_viewer', 'editor', 'developer', 'admin']);
/** A role in a space. */
export const spaceRole = () => z.enum(['viewer', 'editor', 'admin']);

/**
 * An enum that grows with the releases of Lightdash: the known values are in the description for the model, a likely typing
 * error is refused, and any other value is sent for the server to judge.
 */
export function openEnum(values: readonly string[]) {
  return z
    .string()
    .overwrite((written) => values.find((value) => value.toLowerCase() === written.trim().toLowerCase()) ?? written)
    .refine((value) => isUnknownValue(value, values) || values.includes(value), {
      error: `should be one of ${values.join(', ')}`,
    })
    .describe(values.join(', '));
}

/** True for a value that is neither known nor a likely misspelling of a known one. */
function isUnknownValue(value: string, values: readonly string[]): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, '');
  return /^[\w -]{1,50}$/.test(value) && values.every((item) => distance(plain(value), plain(item)) > 2);
}

/** Date grains of every release; newer ones also have finer and custom grains. */
export const granularities = ['Day', 'Week', 'Month', 'Quarter', 'Year'];
/** The grain of a date dimension. */
export const granularity = () => openEnum(granularities);
/** Cells as Lightdash shows them to people, instead of raw values. */
export const formatted = () => z.boolean().optional();

/** A file is written into the folder of the settings, too. */
export const save = () => z.boolean().optional().describe('Save on this machine');

/** Values of the parameters of a project by name; checked against its list before a query is sent. */
export const parameters = () => z.record(z.string(), z.unknown()).optional();

/** An object with any keys, checked by Lightdash. */
export const anyObject = () => z.record(z.string(), z.unknown());

/** Number of a page, from 1. */
export const page = () => z.int().min(1);
/** Items of a page; 5000 is the largest that newer servers take. */
export const pageSize = () => z.int().min(1).max(5000);
