import { operationById } from '../../operations/index.ts';
import { isObject, text } from '../../text/json.ts';
import { plainText } from '../../text/plain-text.ts';
import { readBack, type ToolHandler, type ToolHandlers } from '../operation-tool.ts';
import type { ToolContext } from '../tool.ts';

/** The organization of the signed-in user: `"Roastery" (organizationUuid …)`. */
async function organizationNow({ execute }: ToolContext): Promise<string | undefined> {
  const { results } = await execute(operationById('GetMyOrganization'), {});
  if (!isObject(results) || text(results.name) === undefined) return undefined;
  return plainText(`"${text(results.name)}" (organizationUuid ${text(results.organizationUuid) ?? '?'})`);
}

const sayOrganization =
  (verb: string) =>
  async (_args: unknown, context: ToolContext): Promise<string | undefined> => {
    const organization = await organizationNow(context);
    return organization && `${verb} ${organization}.`;
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

/** Handlers of the organization itself. */
export const organizationHandlers = {
  UpdateMyOrganization: readBack('get_my_organization', sayOrganization('Changed. The organization is now')),
  CreateOrganization: readBack('get_my_organization', sayOrganization('Created the organization')),
  JoinOrganization: readBack('get_my_organization', sayOrganization('Joined the organization')),
  RegisterUser: register,
} satisfies ToolHandlers;
