import { projectArgument } from './analyst.ts';
import type { Prompt } from './prompt.ts';

const projectRoles = ['get_project_access_list', 'get_project_group_accesses'];

/** Prompts for people who look after a Lightdash. */
export const adminPrompts: readonly Prompt[] = [
  {
    name: 'audit_space_access',
    title: 'Audit who can see a space',
    description: 'Every person who can open a space, with which role, and where they have it from',
    arguments: [{ name: 'spaceUuid', description: 'Space, by name or uuid', required: true }, projectArgument],
    needs: ['get_space'],
    task: (values) => `Audit who can see ${values.reference('spaceUuid')} of Lightdash${values.inProject}.`,
    steps: (_values, has) => [
      'get_space: whether it is private, what it holds, whom it is shared with.',
      has('get_space_access') && 'get_space_access: every person and group with their role and where it comes from.',
      projectRoles.some(has) &&
        `${projectRoles.filter(has).join(' and ')}: who has a role in the project; a space that is open to the project is open to them all.`,
      has('get_group_members') && 'get_group_members for each group: a group hides people.',
      has('list_organization_members') && 'list_organization_members: admins of the organization see every space.',
      'Report one table: person, role in the space, by which way (direct, group, project, organization). Flag those who may edit, those with more than one way in, and those who do not seem to belong; say why.',
      'Suggest changes, each with what it would really change: taking back a direct grant leaves a role from a group, the project or the organization. Change nothing until I agree to each.',
    ],
  },
  {
    name: 'onboard_member',
    title: 'Onboard a member',
    description: 'Groups, project role and spaces for a new colleague: planned, agreed, done, read back',
    arguments: [
      { name: 'member', description: 'E-mail of the person', required: true },
      projectArgument,
      { name: 'projectRole', description: 'Role in the project, if you know it' },
      { name: 'group', description: 'Group to join, if you know it' },
    ],
    needs: ['list_organization_members', 'grant_project_access_to_user'],
    task: (values) => {
      const [role, group] = [values.text('projectRole'), values.text('group')];
      const wishes = [role && `role ${role}`, group && `group ${group}`].filter(Boolean).join(', ');
      return `Give ${values.text('member') ?? ''} what they need in Lightdash${values.inProject}${wishes ? ` (${wishes})` : ''}.`;
    },
    steps: (_values, has) => [
      'list_organization_members with the e-mail as searchQuery: exactly one person. If nobody is found, stop and tell me to invite them in Lightdash first.',
      `See what they have already and what colleagues of the same team have: ${['list_groups_in_organization', 'get_project_access_list', 'list_spaces_in_project'].filter(has).join(', ') || 'ask me'}.`,
      'Propose the least that suffices: a group before a grant to the person, the role viewer unless more is needed, private spaces one by one. Show each change and wait for my yes.',
      `Then do it, in this order, each once: ${['add_user_to_group', 'grant_project_access_to_user', 'add_space_user_access'].filter(has).join(', ')}. Skip what a group or the organization gives already.`,
      'Read back what they have now, for Lightdash says "ok" to changes that change nothing. Report: what they can see, what they cannot, and how to undo each change.',
    ],
  },
  {
    name: 'clean_up_broken_content',
    title: 'Clean up broken content',
    description: 'Charts and dashboards that refer to what is gone: found, explained, repaired one by one',
    arguments: [projectArgument],
    needs: ['get_latest_validation_results'],
    task: (values) =>
      `Find the charts and dashboards that are broken in Lightdash${values.inProject}, and help me clean up.`,
    steps: (_values, has) => [
      `${has('validate_project') ? 'validate_project, then ' : ''}get_latest_validation_results: what is broken and why. Say how old the results are.`,
      `Group by cause, for one renamed field breaks many charts.${has('list_charts_in_project') ? ' list_charts_in_project adds views and owners: what is used comes first, what nobody opened is a candidate to go.' : ''}`,
      `For each cause look for what took its place${has('get_explore') ? ' in get_explore' : ''}${has('find_fields') ? ' or with find_fields' : ''}${has('get_chart_history') ? '; get_chart_history tells who changed the chart and when' : ''}.`,
      `Propose for each: correct the field (which id for which) in Lightdash, ${has('rollback_chart_version') ? 'roll back to a version that worked (rollback_chart_version), ' : ''}${has('dismiss_validation_error') ? 'hide an error that is meant to be (dismiss_validation_error), ' : ''}or let the owner delete it.`,
      'Show the list with links and wait for my yes; one change at a time.',
      `${has('validate_project') ? 'Validate again. ' : ''}Report what is repaired, what is left, and who should decide on it.`,
    ],
  },
];
