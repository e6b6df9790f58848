import { operationById } from '../../operations/index.ts';
import { formatTimestamp } from '../../text/format.ts';
import { isObject, text, texts } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { changeReadBack, readBack, rendered, type ToolHandler, type ToolHandlers } from '../operation-tool.ts';
import type { ToolContext } from '../tool.ts';

/** The organization of the signed-in user: `"Roastery" (organizationUuid …)`. */
async function organizationNow({ execute }: ToolContext): Promise<string | undefined> {
  const { results } = await execute(operationById('GetMyOrganization'), {});
  if (!isObject(results) || text(results.name) === undefined) return undefined;
  return plainText(`"${text(results.name)}" (organizationUuid ${text(results.organizationUuid) ?? '?'})`);
}

const organizationAfter =
  (verb: string) =>
  async (_args: unknown, context: ToolContext): Promise<string | undefined> => {
    const organization = await organizationNow(context);
    return organization && `${verb} ${organization}.`;
  };

/** Changes the organization and reads it back. Colours and the default project are in no answer to compare. */
const updateOrganization: ToolHandler<'UpdateMyOrganization'> = (operation, args, context) => {
  const isCompared = args.chartColors === undefined && args.defaultProjectUuid === undefined;
  const handler: ToolHandler<'UpdateMyOrganization'> = isCompared
    ? changeReadBack('get_my_organization', async (_, client) => {
        const now = await organizationNow(client);
        return now && `the organization ${now}`;
      })
    : readBack('get_my_organization', organizationAfter('Changed. The organization is now'));
  return handler(operation, args, context);
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
function renderOrganization(results: unknown): string | undefined {
  const own = isObject(results) ? results : {};
  if (text(own.name) === undefined) return undefined;
  const created = formatTimestamp(own.createdAt);
  const colors = texts(own.chartColors);
  const project = text(own.defaultProjectUuid);
  return plainText(
    [
      `Organization "${text(own.name) ?? '?'}" (organizationUuid ${text(own.organizationUuid) ?? '?'})${created ? `, created ${created}` : ''}.`,
      ...(own.needsProject === true ? ['It has no project yet.'] : []),
      ...(project ? [`Default project: ${project}.`] : []),
      ...(colors.length > 0 ? [`Chart colours: ${colors.join(', ')}.`] : []),
    ].join(' '),
  );
}

/** Handlers of the organization itself. */
export const organizationHandlers = {
  GetMyOrganization: rendered(renderOrganization),
  UpdateMyOrganization: updateOrganization,
  CreateOrganization: readBack('get_my_organization', organizationAfter('Created the organization')),
  JoinOrganization: readBack('get_my_organization', organizationAfter('Joined the organization')),
  RegisterUser: register,
} satisfies ToolHandlers;
