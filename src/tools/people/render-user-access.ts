import { pluralize, sentence } from '../../text/format.ts';
import { joinFirst } from '../../text/names.ts';
import { type Budget, linesThatFit } from '../../text/token-budget.ts';
import { type Loss, lossesWithout, type OpenSpace, openSpaces, type Right } from './access-losses.ts';
import { describeChangesWithEffect, type HeldAttribute, valueChanges, withoutGroup } from './attribute-values.ts';
import type { Group, Member } from './find-person.ts';
import { describeSource } from './project-assignments.ts';
import { strongestOf } from './role-facts.ts';
import type { OwnedContent, ReadProject } from './user-access-facts.ts';

/** Everything that an answer about a person has. */
export interface UserAccess {
  readonly member: Member;
  readonly projects: readonly ReadProject[];
  /** Projects that were not looked at. */
  readonly others: readonly string[];
  /** Projects whose roles this token may not read. */
  readonly unread: readonly string[];
  /** True if one project was named, or the settings leave others out. */
  readonly isPart: boolean;
  /** Undefined if this token may not read attributes. */
  readonly attributes: readonly HeldAttribute[] | undefined;
  readonly owned: ReadonlyMap<string, OwnedContent>;
}

const MAX_NAMES = 8;

const listed = (names: readonly string[]): string => joinFirst(names, MAX_NAMES);

/** The access of a person as text: roles, groups, spaces with reasons, attributes, content, and the effect of a removal. */
export function renderUserAccess(access: UserAccess, budget: Budget): string {
  const { member, projects, others, unread, attributes } = access;
  const state = member.isPending ? `, invited${member.isInviteExpired ? ' (expired)' : ''}, not signed up yet` : '';
  const lines = [
    `${member.label}: organization role ${member.role}${state}. userUuid ${member.userUuid}`,
    `Groups: ${listed(member.groups.map(({ name }) => name)) || 'none'}.`,
    ...projects.flatMap((project) => projectLines(project, access.owned.get(project.facts.projectUuid))),
    ...(attributes === undefined || attributes.length === 0
      ? []
      : [`Attributes: ${attributes.map(describeAttribute).join('; ')}.`]),
    ...removalLines(access),
    ...unreadLists(access),
  ];
  const limits = [
    ...(unread.length > 0 ? [`This token may not read the roles in ${listed(unread)}.`] : []),
    ...(others.length > 0 ? [`Not looked at: ${listed(others)}; projectUuid names one.`] : []),
    ...(access.isPart ? ['Other projects were not looked at.'] : []),
  ];
  const fitting = linesThatFit([...limits, ...lines], budget) - limits.length;
  const cut = fitting < lines.length ? [`[CUT: ${lines.length - fitting} lines; projectUuid limits it to one.]`] : [];
  return [...lines.slice(0, fitting), ...cut, ...limits].join('\n');
}

/** Lists that this token could not read: the answer may lack access. */
function unreadLists({ attributes, projects, owned }: UserAccess): string[] {
  const partial = projects.filter(({ seesAllSpaces }) => !seesAllSpaces).map(({ facts }) => facts.name);
  const uncounted = projects.reduce((sum, { spacesUnread }) => sum + spacesUnread, 0);
  const parts = [
    attributes === undefined && 'user attributes',
    [...owned.values()].some(({ deliveries }) => deliveries === undefined) && 'deliveries of others',
    partial.length > 0 && `spaces of ${listed(partial)} that its own user cannot see`,
  ].filter((part) => part !== false);
  return [
    ...(parts.length > 0 ? [`This token may not read ${parts.join(', ')}: they are missing here.`] : []),
    ...(uncounted > 0 ? [`${pluralize(uncounted, 'space')} not read; get_space_access shows one.`] : []),
  ];
}

function projectLines({ facts }: ReadProject, owned: OwnedContent | undefined): string[] {
  const { name, sources } = facts;
  if (sources.length === 0) return [`${name}: no role, so nothing in it.`, ...ownedLines(owned)];
  const strongest = strongestOf(sources.map(({ role }) => role)) ?? '?';
  const reached = openSpaces(facts);
  const spaces = `${pluralize(reached.length, 'space')} of ${facts.spaces.length}`;
  return [
    `${name}: ${strongest} (${sources.map(describeSource).join('; ')}). ${spaces}:`,
    ...spaceLines(reached),
    ...ownedLines(owned),
  ];
}

/** A line for spaces with the same role and reasons; several of them are named together. */
function spaceLines(reached: readonly OpenSpace[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { space, role, reasons } of reached) {
    const unsure = space.isShared === 'maybe' ? ' (and perhaps directly)' : '';
    const key = `${role}, ${reasons.join('; ') || 'Lightdash does not say why'}${unsure}`;
    groups.set(key, [...(groups.get(key) ?? []), space.name]);
  }
  return [...groups].map(([key, names]) => `- ${listed(names)}: ${key}`);
}

function ownedLines(owned: OwnedContent | undefined): string[] {
  if (owned === undefined) return [];
  const { verb, charts, dashboards, deliveries, received = [], isCut } = owned;
  const parts = [
    charts.length > 0 && `${pluralize(charts.length, 'chart')} (${listed(charts)})`,
    dashboards.length > 0 && `${pluralize(dashboards.length, 'dashboard')} (${listed(dashboards)})`,
  ].filter((part) => part !== false);
  const written = `- ${verb} by them: ${parts.join(', ') || 'no charts or dashboards'}${isCut ? ', and maybe more' : ''}`;
  if (deliveries === undefined) return [written];
  const sent = deliveries.length > 0 ? `${deliveries.length} (${listed(deliveries)})` : 'none';
  const mailed = received.length > 0 ? `; mailed to them: ${received.length} (${listed(received)})` : '';
  return [`${written}; deliveries they run: ${sent}${mailed}`];
}

/** True if nothing that a right may give was left unread. */
const isWhole = ({ projects, others, unread, isPart, attributes }: UserAccess): boolean =>
  attributes !== undefined &&
  !isPart &&
  unread.length + others.length === 0 &&
  projects.every(({ seesAllSpaces, spacesUnread }) => seesAllSpaces && spacesUnread === 0);

/** For each right, the effect of taking it away; empty if no project was read, in which it could have one. */
function removalLines(access: UserAccess): string[] {
  const { member, attributes = [] } = access;
  const projects = access.projects.map(({ facts }) => facts);
  if (projects.length === 0) return [];
  const nothing = isWhole(access) ? 'nothing changes.' : 'nothing changes in what was read.';
  const rights: { right: Right; label: string }[] = [
    ...(member.role === 'member'
      ? []
      : [{ right: { kind: 'organization' } as const, label: `organization role ${member.role} (member instead)` }]),
    ...projects
      .filter(({ sources }) => sources.some(({ from }) => from === 'direct'))
      .map(({ projectUuid, name }) => ({
        right: { kind: 'direct', projectUuid } as const,
        label: `direct role in ${name}`,
      })),
    ...member.groups.map((group) => ({ right: { kind: 'group', group } as const, label: `group ${group.name}` })),
    ...projects.flatMap(({ spaces }) =>
      spaces
        .filter(({ isShared }) => isShared === true)
        .map(({ uuid, name }) => ({ right: { kind: 'share', spaceUuid: uuid } as const, label: `share of ${name}` })),
    ),
  ];
  const labelsByEffect = new Map<string, string[]>();
  for (const { right, label } of rights) {
    const losses = lossesWithout(projects, right);
    const values = right.kind === 'group' ? valuesWithout(right.group, member, attributes) : '';
    const effect =
      losses.length > 0 || values !== ''
        ? [...losses.map((loss) => sentence(describeLostAccess(loss))), values].filter(Boolean).join(' ')
        : nothing;
    labelsByEffect.set(effect, [...(labelsByEffect.get(effect) ?? []), label]);
  }
  const lines = [...labelsByEffect].map(([effect, labels]) => `- ${listed(labels)}: ${effect}`);
  return lines.length > 0 ? ['If taken away, each by itself:', ...lines] : [];
}

/** `region = Europe`, with the origin of a value that is not their own. */
function describeAttribute({ name, values, fallback }: HeldAttribute): string {
  const held = values.map(({ value, group }) => (group ? `${value} (group ${group.name})` : value)).join('; ');
  return `${name} = ${held || (fallback === undefined ? 'none' : `${fallback} (default)`)}`;
}

/** Sentences on the attributes whose value changes without a group. */
function valuesWithout(group: Group, member: Member, attributes: readonly HeldAttribute[]): string {
  const after = attributes.map((held) => withoutGroup(held, group));
  return describeChangesWithEffect([{ label: member.label, changes: valueChanges(attributes, after) }]);
}

function describeLostAccess({ project, before, after, spacesLost, spacesWeaker, uncertain }: Loss): string {
  if (after === undefined) return `no role in ${project.name} is left, so none of its spaces.`;
  const stays = after.role === before ? `${before} stays` : `${after.role} is left`;
  const source = after.from === 'direct' ? 'directly' : describeOrigin(after);
  const lost = spacesLost.map(({ name }) => name);
  const weaker = spacesWeaker.map(({ space, role }) => `${space.name} as ${role}`);
  const parts = [
    `in ${project.name} ${stays}, ${source}`,
    ...(lost.length > 0 ? [`${listed(lost)} lost${uncertain ? ', unless shared directly too' : ''}`] : []),
    ...(weaker.length > 0 ? [`${listed(weaker)}`] : []),
  ];
  return `${parts.join('; ')}.`;
}

const describeOrigin = ({ from, group }: NonNullable<Loss['after']>): string =>
  from === 'group' ? `through group ${group?.name ?? '?'}` : 'by the organization role';
