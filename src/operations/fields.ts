import { distance } from 'fastest-levenshtein';
import * as z from 'zod';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text has the form of a uuid, of any version. */
export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}

/**
 * A uuid as a plain string in the schema that models see (`z.uuid()` costs 105 tokens), checked when parsed: Lightdash
 * answers 500 to a malformed one.
 *
 * @param source the tool that yields it, named in the refusal.
 * @param description shown to the model; only where the parameter's name does not say where the id comes from.
 */
export function uuid(source: string, description?: string) {
  const schema = z.string().refine(isUuid, { error: `should be a uuid; ${source} gives it` });
  return description ? schema.describe(description) : schema;
}

/** A project, by uuid or by name: names are resolved before anything is sent. */
export const projectUuid = () => z.string().min(1);
/** A second project beside the one a call is about; by uuid alone. */
export const otherProjectUuid = () => uuid('list_organization_projects');
export const spaceUuid = () => uuid('list_spaces_in_project');
export const chartUuid = () => uuid('list_chart_summaries_in_project');
export const dashboardUuid = () => uuid('list_dashboards');
export const userUuid = () => uuid('list_organization_members');
export const groupUuid = () => uuid('list_groups_in_organization');
export const schedulerUuid = () => uuid('get_scheduler_logs');
export const versionUuid = () => uuid('get_chart_history');
export const pinnedListUuid = () => uuid('get_project', 'From get_project');
export const catalogSearchUuid = () => uuid('get_metrics_catalog');
export const tagUuid = () => uuid('get_tags');

/** An explore's or table's name: part of a path, so neither empty nor a path of its own. */
export const exploreId = () => z.string().min(1);

/** Identifies a background job. Documented as a string; real servers hand out numbers (0.1366) and digits (0.2904). */
export const jobId = () => z.union([z.string().min(1), z.int().transform(String)]).meta({ type: 'string' });

export const projectRole = () => z.enum(['viewer', 'interactive_viewer', 'editor', 'developer', 'admin']);
export const organizationRole = () =>
  z.enum(['member', 'viewer', 'interactive_viewer', 'editor', 'developer', 'admin']);
export const spaceRole = () => z.enum(['viewer', 'editor', 'admin']);

/**
 * A choice that grows with the releases of Lightdash: the values known here are told to the model in words, a likely typing
 * error among them is refused, and any other value is passed on for the server to judge.
 */
export function openEnum(known: readonly string[]) {
  return z
    .string()
    .refine((value) => isUnknownValue(value, known) || known.includes(value), {
      error: `should be one of ${known.join(', ')}`,
    })
    .describe(known.join(', '));
}

/** Whether a value is none of those known, and no misspelling of one. */
function isUnknownValue(value: string, known: readonly string[]): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, '');
  return /^[\w -]{1,50}$/.test(value) && known.every((each) => distance(plain(value), plain(each)) > 2);
}

/** Grains of dates that every release has; newer ones have finer ones, and those of a project's own. */
export const granularities = ['Day', 'Week', 'Month', 'Quarter', 'Year'];
export const granularity = () => openEnum(granularities);
/** Cells as Lightdash shows them to people; raw without it, rounded as the field's format says. */
export const formatted = () => z.boolean().optional();

/** JSON whose form Lightdash checks: an object with any keys. */
export const anyObject = () => z.record(z.string(), z.unknown());

export const page = () => z.int().min(1);
export const pageSize = () => z.int().min(1).max(5000);
