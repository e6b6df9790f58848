import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { formatTimestamp } from '../../text/format.ts';
import { isObject, type JsonObject, text, texts } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { notReadBack } from '../access/access-lists.ts';
import { readBack, rendered, type ToolHandler, type ToolHandlers } from '../operation-tool.ts';
import { fetchProjects } from '../people/user-access-facts.ts';
import { notListed } from '../preview.ts';
import type { ToolContext } from '../tool.ts';

/** The organization of the signed-in user; undefined for another response. */
async function organizationNow({ execute }: ToolContext): Promise<JsonObject | undefined> {
  const { results } = await execute(operationById('GetMyOrganization'), {});
  return isObject(results) && text(results.name) !== undefined ? results : undefined;
}

/** `"Roastery" (organizationUuid …)`, with its default project and chart colours if it lists them. */
async function describeOrganization(own: JsonObject, context: ToolContext): Promise<string> {
  const colors = texts(own.chartColors);
  const uuid = text(own.defaultProjectUuid);
  const project = uuid === undefined ? undefined : await projectLabel(uuid, context);
  const parts = [
    `"${text(own.name)}" (organizationUuid ${text(own.organizationUuid) ?? '?'})`,
    ...(project === undefined ? [] : [`default project ${project}`]),
    ...(colors.length > 0 ? [`chart colours ${colors.join(', ')}`] : []),
  ];
  return plainText(parts.join(', '));
}

async function projectLabel(uuid: string, context: ToolContext): Promise<string> {
  const projects = await fetchProjects(context).catch(ignoreApiError);
  const name = projects?.find(({ projectUuid }) => projectUuid === uuid)?.name;
  return name === undefined ? notListed(uuid) : `"${name}" (${uuid})`;
}

const organizationAfter =
  (verb: string) =>
  async (_args: unknown, context: ToolContext): Promise<string | undefined> => {
    const own = await organizationNow(context);
    return own && `${verb} ${await describeOrganization(own, context)}.`;
  };

/** Changes the organization and reads it back: 1.219 lists no chart colours, so that a change of them cannot be seen. */
const updateOrganization: ToolHandler<'UpdateMyOrganization'> = async (operation, args, context) => {
  const before = await organizationNow(context).catch(ignoreApiError);
  const { results } = await context.execute(operation, args);
  const own = await organizationNow(context).catch(ignoreApiError);
  if (own === undefined)
    return { text: notReadBack('the organization is changed', 'get_my_organization'), data: results };
  const now = await describeOrganization(own, context);
  const isSame = before !== undefined && (await describeOrganization(before, context)) === now;
  const unlisted = [
    args.chartColors !== undefined && texts(own.chartColors).join() !== args.chartColors.join() && 'the chart colours',
    args.defaultProjectUuid !== undefined &&
      own.defaultProjectUuid !== args.defaultProjectUuid &&
      'the default project',
  ].filter((part) => part !== false);
  const change = isSame ? 'Nothing changed. It was so before' : 'Changed. Now';
  const head = isSame && unlisted.length > 0 ? 'Lightdash answered ok. Now' : change;
  const doubt =
    unlisted.length > 0 ? ` Lightdash does not list ${unlisted.join(' and ')} as sent: look in Lightdash.` : '';
  return { text: `${head}: the organization ${now}.${doubt}`, data: results };
};

/** Registers a user; internal numbers and abilities of the response are left out. */
const register: ToolHandler<'RegisterUser'> = async (operation, args, { execute }) => {
  const { results } = await execute(operation, args);
  const user = isObject(results) ? results : {};
  const person = [text(user.firstName), text(user.lastName), text(user.email) && `<${text(user.email)}>`].filter(
    Boolean,
  );
  const organization = text(user.organizationName);
  const next = organization
    ? `Member of ${organization}.`
    : 'Without an organization yet: the person creates or joins one after signing in.';
  const role = text(user.role) ? `, role ${text(user.role)}` : '';
  return {
    text: plainText(`Registered ${person.join(' ')}${role} (userUuid ${text(user.userUuid) ?? '?'}). ${next}`),
    data: results,
  };
};

/** The organization (GetMyOrganization) in a sentence or two. */
async function renderOrganization(results: unknown, _: unknown, context: ToolContext): Promise<string | undefined> {
  const own = isObject(results) ? results : {};
  if (text(own.name) === undefined) return undefined;
  const created = formatTimestamp(own.createdAt);
  const needs = own.needsProject === true ? ' It has no project yet.' : '';
  return `Organization ${await describeOrganization(own, context)}${created ? `, created ${created}` : ''}.${needs}`;
}

/** Handlers of the organization itself. */
export const organizationHandlers = {
  GetMyOrganization: rendered(renderOrganization),
  UpdateMyOrganization: updateOrganization,
  CreateOrganization: readBack('get_my_organization', organizationAfter('Created the organization')),
  JoinOrganization: readBack('get_my_organization', organizationAfter('Joined the organization')),
  RegisterUser: register,
} satisfies ToolHandlers;
