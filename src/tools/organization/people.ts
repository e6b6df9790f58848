import { ignoreApiError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { renderAnswer } from '../../render/answer.ts';
import { isObject, objects, text } from '../../text/json.ts';
import type { ToolHandler } from '../operation-tool.ts';
import type { ToolContext } from '../tool.ts';
import {
  renderAttributes,
  renderGroups,
  renderMembers,
  renderOwnUser,
  renderProjectGroups,
  renderProjectPeople,
} from './render-people.ts';

/** Names of groups, of those that may be read. */
async function namesOf(groupUuids: readonly string[], { read }: ToolContext): Promise<ReadonlyMap<string, string>> {
  const named = await Promise.all(
    groupUuids.map(async (groupUuid) => {
      const group = await read(operationById('getGroup'), { groupUuid }).catch(ignoreApiError);
      const name = isObject(group) ? text(group.name) : undefined;
      return name === undefined ? [] : [[groupUuid, name] as const];
    }),
  );
  return new Map(named.flat());
}

/** Tools that list people and groups, by operation. */
export const peopleHandlers: Readonly<Record<string, ToolHandler>> = {
  async GetAuthenticatedUser(operation, args, { execute, budget }) {
    const { results } = await execute(operation, args);
    return {
      text: renderOwnUser(results, (user) => renderAnswer(user, budget, 'Nobody is signed in.')),
      data: results,
    };
  },
  async getUserAttributes(operation, args, context) {
    const { results } = await context.execute(operation, args);
    const groups = objects(results).flatMap((attribute) => objects(attribute.groups));
    const names = await namesOf([...new Set(groups.flatMap(({ groupUuid }) => text(groupUuid) ?? []))], context);
    return { text: renderAttributes(results, names, context.budget), data: results };
  },
  async ListOrganizationMembers(operation, args, { execute, budget }) {
    const { results } = await execute(operation, args);
    return { text: renderMembers(results, Number(args.includeGroups), budget), data: results };
  },
  async ListGroupsInOrganization(operation, args, { execute, budget }) {
    const { results } = await execute(operation, args);
    return { text: renderGroups(results, Number(args.includeMembers), budget), data: results };
  },
  async GetProjectAccessList(operation, args, { execute, budget }) {
    const { results } = await execute(operation, args);
    return { text: renderProjectPeople(results, budget), data: results };
  },
  async GetProjectGroupAccesses(operation, args, context) {
    const { results } = await context.execute(operation, args);
    const names = await namesOf(
      objects(results).flatMap(({ groupUuid }) => text(groupUuid) ?? []),
      context,
    );
    return { text: renderProjectGroups(results, names, context.budget), data: results };
  },
};
