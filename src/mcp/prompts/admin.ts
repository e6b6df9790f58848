import { projectArgument } from './analyst.ts';
import type { Prompt } from './prompt.ts';

const joins: Prompt = {
  name: 'onboard_member',
  title: 'Someone joins',
  description: 'Invitation, groups, project role and spaces for a new colleague: planned, agreed, done, read back',
  arguments: [
    { name: 'member', description: 'E-mail of the person', required: true },
    projectArgument,
    { name: 'projectRole', description: 'Role in the project, if you know it' },
    { name: 'group', description: 'Group to join, if you know it' },
  ],
  needs: ['get_user_access', 'invite_user', 'assign_role'],
  task: (values) => {
    const [role, group] = [values.text('projectRole'), values.text('group')];
    const wishes = [role && `role ${role}`, group && `group ${group}`].filter(Boolean).join(', ');
    return `Give ${values.text('member') ?? ''} what they need in Lightdash${values.inProject}${wishes ? ` (${wishes})` : ''}.`;
  },
  steps: (_values, has) => [
    `get_user_access with the e-mail: are they a member already${has('list_pending_invites') ? ', or in list_pending_invites' : ''}? Ask who in their team has what they should have, and look at that person too.`,
    `Propose the least that suffices: a group before a grant to the person, viewer unless they query themselves, private spaces one by one.${has('list_roles') ? ' list_roles says what a role allows.' : ''} Show it and wait for my yes.`,
    'New: invite_user once, with organization role member, the group, and a project role where the group gives none. Already a member: assign_role, and only what is missing.',
    has('add_user_to_group') && 'A member joins a group by add_user_to_group.',
    'Read back with get_user_access. Report: what they can open, what waits for their sign-up and until when the link works, and how each step is taken back.',
  ],
};

const leaves: Prompt = {
  name: 'offboard_member',
  title: 'Someone leaves',
  description: 'Deliveries and content handed over, access taken away, then the account: step by step, each agreed',
  arguments: [{ name: 'member', description: 'E-mail of the person', required: true }, projectArgument],
  needs: ['get_user_access', 'remove_role_assignment'],
  task: (values) =>
    `${values.text('member') ?? ''} leaves: hand over and take away their access to Lightdash${values.inProject}.`,
  steps: (_values, has) => [
    'get_user_access: exactly this person, by e-mail. List what they run, what they made, groups, roles, shares, attributes. Stop if they are the only administrator.',
    `Ask me who takes over${has('reassign_schedulers') ? '; that person must be able to run deliveries. reassign_schedulers hands them over, before anything else' : ' their deliveries, before anything else'}.`,
    has('search_content') &&
      'search_content with owner: what only they keep up, private spaces first; name an heir for each.',
    'If they may come back, or work elsewhere in the company: remove_role_assignment for each project and share, and leave the account.',
    has('delete_organization_member') &&
      'If they are gone for good: delete_organization_member. It asks with what still hangs on the account: go on only when nothing is left to hand over.',
    'Their own tokens end with the account, not with a role. Say so if only roles were taken away.',
    'Read back: get_user_access (no longer found, or without roles). Report what went, who has what now, and what nobody took over.',
  ],
};

const whoSeesWhat: Prompt = {
  name: 'who_can_see_what',
  title: 'Who can see what',
  description: 'Every person who can open a space, or everything that one person can open, and why',
  arguments: [
    { name: 'spaceUuid', description: 'Space, by name or uuid' },
    { name: 'member', description: 'Or a person, by e-mail' },
    projectArgument,
  ],
  needs: ['get_user_access', 'list_role_assignments'],
  task: (values) => {
    const space = values.text('spaceUuid') === undefined ? undefined : `who can see ${values.reference('spaceUuid')}`;
    const person = values.text('member') === undefined ? undefined : `what ${values.text('member')} can see`;
    return `Find out ${[space, person].filter(Boolean).join(', and ') || 'who can see what'} in Lightdash${values.inProject}.`;
  },
  steps: (values, has) => [
    'list_role_assignments: who has which role here and from where; with may (run_sql, edit, administer) the few who can do most.',
    values.text('member') !== undefined &&
      'get_user_access: roles, spaces with every reason, attributes that hide rows.',
    has('get_space_access') &&
      'get_space_access for the space in question, else for each private one: every person and group, their role and its origin.',
    values.text('member') === undefined &&
      'get_user_access for anyone who does not seem to belong: it says what stays if one right goes.',
    'Report one table: person, role, each origin (direct, group, project, organization). Flag who may edit or run SQL, who has more than one way in, who is invited but not signed up. Say which lists this token could not read: a list that was not read is not an empty one.',
    'Suggest changes with what each would really change: a direct grant taken away leaves a role from a group or the organization. Change nothing until I agree to each.',
  ],
};

const springClean: Prompt = {
  name: 'spring_clean',
  title: 'Spring clean',
  description:
    'Broken and unused content, people who do not use Lightdash, old deliveries: found, explained, agreed, done',
  arguments: [projectArgument],
  needs: ['validate_project', 'get_latest_validation_results'],
  task: (values) => `Find what may be repaired or cleaned up in Lightdash${values.inProject}.`,
  steps: (_values, has) => [
    `validate_project: what is broken, grouped by cause.${has('rename_field') ? ' A renamed field: rename_field repairs all content at once and asks first with what changes.' : ''} Compare with get_latest_validation_results from before: new breaks are more urgent.`,
    has('search_content') &&
      'search_content: maxViews 0 and changedBefore half a year ago, then broken ones. Few views do not mean useless: a yearly report, a tile, a delivery.',
    has('list_schedulers') && 'list_schedulers: off, without recipients, of people who left.',
    has('get_user_activity') && 'get_user_activity: who uses it; who never queried may need less.',
    has('list_pending_invites') && 'list_pending_invites: who never signed up.',
    'Propose a table: thing, why, owner, what hangs on it, what you suggest (repair, move to an archive space, delete). Moving and repairing before deleting. Wait for my yes to each.',
    'Do it one at a time, read back, and validate again. Report what is done, what is left and who should decide on it.',
  ],
};

/** Prompts for people who look after a Lightdash. */
export const adminPrompts: readonly Prompt[] = [joins, leaves, whoSeesWhat, springClean];
