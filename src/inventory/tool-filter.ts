import type { RawSql } from '../lightdash/endpoint.ts';
import { type Toolset, toolsets } from '../operations/operation.ts';
import { nearestAmong } from '../text/suggest.ts';

/** Settings that select tools. */
interface ToolFilter {
  /** Toolsets and presets; empty for all of them, or for none if `tools` names some. */
  readonly toolsets: readonly string[];
  /** Single tools on top. */
  readonly tools: readonly string[];
  /** Single tools, and operations without one, to leave out: wins over both. */
  readonly excludeTools: readonly string[];
  /** Ids of the operations that may be left out. */
  readonly operationIds?: readonly string[];
  /** Only tools that read: wins over everything. Raw SQL can write, so it is none of them. */
  readonly readOnly: boolean;
  /** `off` leaves out tools that run or save SQL of the caller: wins over everything. */
  readonly sql?: 'on' | 'off';
}

/** The parts of a tool that the filter looks at. */
interface FilterableTool {
  readonly name: string;
  readonly toolset: Toolset;
  readonly readOnly: boolean;
  /** SQL that the caller writes; true in the list that hosts see. */
  readonly rawSql?: RawSql | true | undefined;
}

interface Preset {
  readonly whole: readonly Toolset[];
  /** Toolsets of which only the reading tools belong to the preset. */
  readonly reading: readonly Toolset[];
  /** Tools of other toolsets that belong to it. */
  readonly more?: readonly string[];
  /** Tools of its toolsets that this work seldom needs: each listed tool costs tokens on every turn. */
  readonly excluded?: readonly string[];
}

/** Sets of toolsets for a kind of work. */
export const presets: Readonly<Record<'all' | 'analyst' | 'admin', Preset>> = {
  all: { whole: toolsets, reading: [] },
  analyst: {
    whole: ['query', 'charts', 'dashboards'],
    reading: ['catalog', 'spaces', 'collaboration'],
    more: ['create_scheduler', 'list_schedulers', 'list_parameters', 'search_content'],
    // Work on the dbt model, between projects, or on many dashboards at once; lists that search_content has, too.
    excluded: [
      'get_custom_metrics',
      'list_charts_in_project',
      'promote_chart',
      'promote_chart_diff',
      'promote_dashboard',
      'promote_dashboard_diff',
      'update_dashboards',
    ],
  },
  admin: {
    whole: ['spaces', 'access', 'groups', 'organization', 'attributes'],
    reading: [],
    // assign_role and remove_role_assignment do what these do, by name and for people and groups alike.
    excluded: [
      'grant_project_access_to_user',
      'update_project_access_for_user',
      'revoke_project_access_for_user',
      'add_project_access_to_group',
      'update_project_access_for_group',
      'remove_project_access_from_group',
      'get_project_member_access',
      'add_space_user_access',
      'revoke_space_access_for_user',
      'add_space_group_access',
      'revoke_group_space_access',
    ],
    more: [
      'get_context',
      'get_user_activity',
      'validate_project',
      'get_latest_validation_results',
      'rename_field',
      'refresh_project',
      'update_project',
      'search_content',
      'list_schedulers',
      'list_personal_access_tokens',
      'create_personal_access_token',
      'delete_personal_access_token',
    ],
  },
};

/** Among the toolsets: lists few tools and reaches all the others through four; see compact.ts. */
export const COMPACT = 'compact';

const isPreset = (name: string): name is keyof typeof presets => name in presets;
const isToolset = (name: string): name is Toolset => toolsets.some((toolset) => toolset === name);

/** A name in the policy that means nothing; the message names the nearest ones. */
export class ToolFilterError extends Error {}

/**
 * The tools that a policy leaves, in their order.
 *
 * @throws {ToolFilterError} for a name that is not a toolset, preset or tool: an unknown name never widens what is allowed.
 */
export function filterTools<Subject extends FilterableTool>(
  subjects: readonly Subject[],
  policy: ToolFilter,
): Subject[] {
  const names = subjects.map(({ name }) => name);
  checkNames('toolset', policy.toolsets, [...Object.keys(presets), COMPACT, ...toolsets]);
  checkNames('tool', policy.tools, names);
  checkNames('tool', policy.excludeTools, [...names, ...(policy.operationIds ?? [])]);
  const chosen = chosenSets(policy);
  const inToolsets = (subject: FilterableTool) =>
    // A compact list is no use without the tools that reach what it leaves out.
    (subject.toolset === 'api' && policy.toolsets.includes(COMPACT)) ||
    chosen.some((name) =>
      isPreset(name) ? isInPreset(subject, presets[name]) : isToolset(name) && name === subject.toolset,
    );
  return subjects.filter(
    (subject) =>
      (inToolsets(subject) || policy.tools.includes(subject.name)) &&
      !policy.excludeTools.includes(subject.name) &&
      (!policy.readOnly || subject.readOnly) &&
      (policy.sql !== 'off' || !subject.rawSql),
  );
}

function isInPreset({ name, toolset, readOnly }: FilterableTool, { whole, reading, more, excluded }: Preset): boolean {
  if (excluded?.includes(name)) return false;
  return whole.includes(toolset) || (readOnly && reading.includes(toolset)) || more?.includes(name) === true;
}

/** The toolsets and presets that are on. */
export function chosenSets({ toolsets: named, tools }: Pick<ToolFilter, 'toolsets' | 'tools'>): readonly string[] {
  const sets = named.filter((name) => name !== COMPACT);
  return sets.length === 0 && tools.length === 0 ? ['all'] : sets;
}

function checkNames(kind: string, names: readonly string[], allowed: readonly string[]): void {
  for (const name of names) {
    if (!allowed.includes(name)) {
      const list = allowed.length <= 25 ? `; there are ${allowed.join(', ')}` : '';
      throw new ToolFilterError(`there is no ${kind} ${displayName(name)}${nearestAmong(name, allowed)}${list}`);
    }
  }
}

/** Text that does not look like a name may be a misplaced secret. */
const displayName = (name: string) => (/^[a-z][a-z_-]{0,47}$/i.test(name) ? `"${name}"` : 'of the name given');
