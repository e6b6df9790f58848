import { LightdashError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { foldAccents } from '../../render/page.ts';
import { personOf } from '../../text/format.ts';
import { isObject, objects, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import type { ContentContext } from '../content-context.ts';
import { type ListableItem, type ListableType, readListableItems } from '../resources/listable-items.ts';
import { metricsOf } from '../resources/metrics.ts';

/** Values that a variable or argument may be completed to. */
export interface Completion {
  readonly values: string[];
  readonly total: number;
  readonly hasMore: boolean;
}

/** The protocol's limit. */
const MAX_VALUES = 100;
/** Projects that are searched for charts and the like if none is named. */
const MAX_PROJECTS = 10;

interface CompletionCandidate {
  readonly value: string;
  readonly names: readonly string[];
}

const collections: Readonly<Record<string, ListableType>> = {
  exploreId: 'explores',
  chartUuid: 'charts',
  dashboardUuid: 'dashboards',
  spaceUuid: 'spaces',
};

/** Tools of which one has to be on for a variable to be completed: completion shows nothing that a call would refuse. */
const listingTools: Readonly<Record<string, readonly string[]>> = {
  exploreId: ['get_explores', 'get_explore', 'find_fields', 'get_catalog', 'run_metric_query'],
  chartUuid: ['list_chart_summaries_in_project', 'list_charts_in_project'],
  dashboardUuid: ['list_dashboards'],
  spaceUuid: ['list_spaces_in_project'],
  projectUuid: ['list_organization_projects', 'get_context'],
  metric: ['get_metrics_catalog'],
  member: ['list_organization_members'],
  group: ['list_groups_in_organization'],
};

const projectRoles = ['viewer', 'interactive_viewer', 'editor', 'developer', 'admin'];

/**
 * Completes a template's variable or a prompt's argument from what was typed: a name, a part of it, or the beginning of
 * an id. Values are what addresses and tools take (uuids, names of explores, field ids). What Lightdash refuses
 * completes to nothing.
 *
 * @param variables the variables that have a value already.
 */
export async function completeReference(
  variable: string,
  typed: string,
  variables: Readonly<Record<string, string>>,
  context: ContentContext,
): Promise<Completion> {
  try {
    return rank(await candidates(variable, variables, context), typed);
  } catch (error) {
    if (!(error instanceof LightdashError)) throw error;
    context.warn({ variable, reason: error.kind }, 'not completed');
    return { values: [], total: 0, hasMore: false };
  }
}

/** The uuids of the things that bear exactly this name, whatever its case and accents. */
export async function uuidsNamed(
  variable: string,
  name: string,
  variables: Readonly<Record<string, string>>,
  context: ContentContext,
): Promise<readonly string[]> {
  const wanted = foldAccents(name);
  const all = await candidates(variable, variables, context);
  return all.filter(({ names }) => names.some((item) => foldAccents(item) === wanted)).map(({ value }) => value);
}

async function candidates(
  variable: string,
  variables: Readonly<Record<string, string>>,
  context: ContentContext,
): Promise<readonly CompletionCandidate[]> {
  const tools = Object.hasOwn(listingTools, variable) ? listingTools[variable] : undefined;
  if (tools && !tools.some((tool) => context.enabledTools.has(tool))) return [];
  const listable = Object.hasOwn(collections, variable) ? collections[variable] : undefined;
  if (listable) {
    return inProjects(variables, context, (projectUuid) => readListableItems(listable, projectUuid, context));
  }
  switch (variable) {
    case 'metric':
      return inProjects(variables, context, (projectUuid) => metricsOf(projectUuid, context));
    case 'projectUuid':
      return (await context.scope.visible()).map(({ projectUuid, name }) => ({ value: projectUuid, names: [name] }));
    case 'resultId':
      return (context.results?.ids() ?? []).map((id) => ({ value: id, names: [] }));
    case 'projectRole':
      return projectRoles.map((role) => ({ value: role, names: [] }));
    case 'member':
      return context.scope.organization ? members(context) : [];
    case 'group':
      return context.scope.organization ? groups(context) : [];
    default:
      return [];
  }
}

/** Items of all matching projects; a project that cannot be read is left out. */
async function inProjects(
  variables: Readonly<Record<string, string>>,
  context: ContentContext,
  itemsIn: (projectUuid: string) => Promise<readonly ListableItem[]>,
): Promise<readonly CompletionCandidate[]> {
  const projects = await resolveProjects(variables.projectUuid, context);
  const lists = await Promise.all(
    projects.map((projectUuid) =>
      itemsIn(projectUuid).catch((error: unknown): readonly ListableItem[] => {
        if (!(error instanceof LightdashError)) throw error;
        context.warn({ project: projectUuid, reason: error.kind }, 'left out of completion');
        return [];
      }),
    ),
  );
  return lists.flat().map(({ id, names }) => ({ value: id, names }));
}

/** The project by uuid or name; else the configured one; else all. */
async function resolveProjects(projectName: string | undefined, { scope }: ContentContext): Promise<readonly string[]> {
  const visible = await scope.visible();
  if (projectName) {
    const wanted = foldAccents(projectName);
    return visible
      .filter(({ projectUuid, name }) => projectUuid.toLowerCase() === wanted || foldAccents(name) === wanted)
      .map(({ projectUuid }) => projectUuid);
  }
  const defaultProject = await scope.defaultProjectUuid();
  return defaultProject === undefined
    ? visible.slice(0, MAX_PROJECTS).map(({ projectUuid }) => projectUuid)
    : [defaultProject];
}

async function members({ read }: ContentContext): Promise<readonly CompletionCandidate[]> {
  const results = await read(operationById('ListOrganizationMembers'), {});
  return objects(isObject(results) ? results.data : undefined).flatMap((member) => {
    const email = text(member.email);
    return email ? [{ value: email, names: [personOf(member) ?? ''] }] : [];
  });
}

async function groups({ read }: ContentContext): Promise<readonly CompletionCandidate[]> {
  const results = await read(operationById('ListGroupsInOrganization'), {});
  return objects(isObject(results) ? results.data : undefined).flatMap((group) => {
    const name = text(group.name);
    return name ? [{ value: name, names: [] }] : [];
  });
}

/**
 * The candidates that fit what was typed: those named so, then those that begin so, then those with a word that begins
 * so, then others.
 */
function rank(all: readonly CompletionCandidate[], typed: string): Completion {
  const wanted = foldAccents(typed.trim());
  const fitting = all
    .map((candidate) => ({ candidate, fit: fitOf(candidate, wanted) }))
    .filter(({ fit }) => fit < NONE)
    .toSorted((left, right) => left.fit - right.fit || compare(nameOf(left.candidate), nameOf(right.candidate)));
  const values = [...new Set(fitting.map(({ candidate }) => plainText(candidate.value)))];
  return { values: values.slice(0, MAX_VALUES), total: values.length, hasMore: values.length > MAX_VALUES };
}

const NONE = 9;
const nameOf = ({ names, value }: CompletionCandidate) => foldAccents(names[0] ?? value);
const compare = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);

function fitOf({ value, names }: CompletionCandidate, wanted: string): number {
  if (wanted === '') return 0;
  const fits = [...names, value].map((text) => {
    const name = foldAccents(text);
    if (name === wanted) return 0;
    if (name.startsWith(wanted)) return 1;
    if (spaced(name).includes(spaced(wanted))) return 2;
    // The middle of a uuid says nothing to anyone.
    if (text !== value && name.includes(wanted)) return 3;
    return text !== value && wanted.split(/\s+/).every((word) => name.includes(word)) ? 4 : NONE;
  });
  return Math.min(...fits);
}

/** Words with a space before each, so that the start of a word can be searched. */
const spaced = (text: string) =>
  ` ${text
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .join(' ')}`;
