import type { Endpoint, Successor } from '../lightdash/endpoint.ts';
import { NotAllowedError, NotFoundError, ServerFaultError } from '../lightdash/errors.ts';
import { entries, finite, isObject, type JsonObject, objects, text } from '../text/json.ts';
import { deliveryRuns, projectDeliveryList } from './routes/deliveries.ts';
import {
  completeExplores,
  content,
  exploreContent,
  groupUpdate,
  groupWithMembers,
  organization,
  organizationMembers,
  organizationRoleOfUser,
  projectRoles,
  removeProjectGroupRole,
  removeProjectUserRole,
  setProjectGroupRole,
  setProjectUserRole,
  spaceAccessList,
  spaceContent,
  updateProjectGroupRole,
} from './routes/newer-releases.ts';

// The newer requests of operations whose own route is deprecated on 1.219, with results in the shape of the older route.

type Send = (endpoint: Endpoint, args: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** More members than this are not read at once: a group that has more is not written, or some would be lost. */
const MAX_MEMBERS = 10_000;

async function membersOf(groupUuid: unknown, send: Send): Promise<readonly JsonObject[]> {
  const group = await send(groupWithMembers, { groupUuid, includeMembers: MAX_MEMBERS });
  if (!isObject(group) || !Array.isArray(group.members))
    throw new ServerFaultError('Lightdash returned no members of the group.');
  return objects(group.members);
}

async function writeMembers(groupUuid: unknown, userUuids: readonly unknown[], send: Send): Promise<void> {
  if (userUuids.length >= MAX_MEMBERS)
    throw new ServerFaultError(
      `The group has ${MAX_MEMBERS} members or more: it cannot be read whole, so it was not changed.`,
    );
  await send(groupUpdate, { groupUuid, members: userUuids.map((userUuid) => ({ userUuid })) });
}

const isSameId = (id: unknown, other: unknown) => String(id).toLowerCase() === String(other).toLowerCase();

export const groupMembers: Successor = {
  since: '1.219',
  run: ({ groupUuid }, send) => membersOf(groupUuid, send),
};

export const groupMemberAdded: Successor = {
  since: '1.219',
  async run({ groupUuid, userUuid }, send) {
    const userUuids = (await membersOf(groupUuid, send)).map((member) => member.userUuid);
    if (!userUuids.some((id) => isSameId(id, userUuid))) await writeMembers(groupUuid, [...userUuids, userUuid], send);
    return undefined;
  },
};

export const groupMemberRemoved: Successor = {
  since: '1.219',
  async run({ groupUuid, userUuid }, send) {
    const userUuids = (await membersOf(groupUuid, send)).map((member) => member.userUuid);
    const others = userUuids.filter((id) => !isSameId(id, userUuid));
    if (others.length < userUuids.length) await writeMembers(groupUuid, others, send);
    return undefined;
  },
};

/** The member of the organization, from the list: no route reads a single one. */
async function memberWith(userUuid: unknown, send: Send): Promise<JsonObject> {
  const list = await send(organizationMembers, {});
  const member = objects(isObject(list) ? list.data : list).find((item) => isSameId(item.userUuid, userUuid));
  if (member === undefined) throw new NotFoundError('No matching member found in organization', { status: 404 });
  return member;
}

export const organizationMember: Successor = {
  since: '1.219',
  run: ({ userUuid }, send) => memberWith(userUuid, send),
};

export const memberRole: Successor = {
  since: '1.219',
  async run({ userUuid, role }, send) {
    const own = await send(organization, {});
    const orgUuid = isObject(own) ? own.organizationUuid : undefined;
    await send(organizationRoleOfUser, { orgUuid, userUuid, roleId: role });
    return memberWith(userUuid, send);
  },
};

/** Direct role of a person in a project, with the name and e-mail of the list of members. */
export const projectMember: Successor = {
  since: '1.219',
  async run({ projectUuid, userUuid }, send) {
    const assignment = objects(await send(projectRoles, { projectUuid })).find(
      ({ assigneeType, assigneeId }) => assigneeType === 'user' && isSameId(assigneeId, userUuid),
    );
    if (assignment === undefined)
      throw new NotFoundError(`User UUID ${String(userUuid)} is not found in project ${String(projectUuid)}`, {
        status: 404,
      });
    const { email, firstName, lastName } = await memberWith(userUuid, send);
    return { userUuid, projectUuid, role: assignment.roleId, email, firstName, lastName };
  },
};

export const projectUserRole: Successor = {
  since: '1.219',
  async run({ projectUuid, userUuid, role }, send) {
    await send(setProjectUserRole, { projectUuid, userUuid, roleId: role, sendEmail: false });
    return undefined;
  },
};

export const projectUserRoleRemoved: Successor = {
  since: '1.219',
  async run({ projectUuid, userUuid }, send) {
    await send(removeProjectUserRole, { projectUuid, userUuid });
    return undefined;
  },
};

export const projectGroupRole: Successor = {
  since: '1.219',
  async run({ projectUuid, groupUuid, role }, send) {
    await send(setProjectGroupRole, { projectUuid, groupUuid, roleId: role });
    return { projectUuid, groupUuid, role };
  },
};

export const projectGroupRoleChanged: Successor = {
  since: '1.219',
  async run({ projectUuid, groupUuid, role }, send) {
    await send(updateProjectGroupRole, { projectUuid, groupUuid, roleId: role });
    return { projectUuid, groupUuid, role };
  },
};

export const projectGroupRoleRemoved: Successor = {
  since: '1.219',
  async run({ projectUuid, groupUuid }, send) {
    await send(removeProjectGroupRole, { projectUuid, groupUuid });
    return undefined;
  },
};

/** A space with everyone who has access; `accessListed: false` if the token may not read that list. */
export const spaceWithAccess: Successor = {
  since: '1.104',
  async run(args, send) {
    const [space, access] = await Promise.all([
      send(spaceContent, args),
      send(spaceAccessList, args).catch((error: unknown) => {
        if (error instanceof NotAllowedError) return undefined;
        throw error;
      }),
    ]);
    const people = isObject(access) ? access.data : access;
    return Array.isArray(people)
      ? { ...(isObject(space) ? space : {}), access: people }
      : { ...(isObject(space) ? space : {}), accessListed: false };
  },
};

/** The API's largest page. */
const CONTENT_PAGE_SIZE = 5_000;

/** The charts of a project as the list of summaries had them; SQL charts are left out, as there. */
export const chartSummaries: Successor = {
  since: '1.219',
  async run({ projectUuid, excludeChartsSavedInDashboard }, send) {
    const charts: JsonObject[] = [];
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const args = { projectUuids: projectUuid, contentTypes: 'chart', page, pageSize: CONTENT_PAGE_SIZE };
      const list = await send(content, args);
      if (!isObject(list) || !Array.isArray(list.data))
        throw new ServerFaultError('Lightdash returned no list of content.');
      charts.push(...objects(list.data));
      const { totalPageCount, totalResults } = isObject(list.pagination) ? list.pagination : {};
      // More pages than the total fills are an error of the server, not content.
      pages = Math.min(finite(totalPageCount) ?? 1, Math.ceil((finite(totalResults) ?? 0) / CONTENT_PAGE_SIZE));
    }
    return charts
      .filter(({ source }) => source !== 'sql')
      .filter(({ dashboard }) => !(excludeChartsSavedInDashboard && isObject(dashboard)))
      .map(summaryOf);
  },
};

function summaryOf(item: JsonObject): JsonObject {
  const part = (value: unknown): JsonObject => (isObject(value) ? value : {});
  return {
    uuid: item.uuid,
    name: item.name,
    description: text(item.description),
    spaceUuid: part(item.space).uuid,
    spaceName: part(item.space).name,
    projectUuid: part(item.project).uuid,
    organizationUuid: part(item.organization).uuid,
    pinnedListUuid: part(item.pinnedList).uuid ?? null,
    chartKind: item.chartKind,
    chartType: item.chartType,
    dashboardUuid: part(item.dashboard).uuid ?? null,
    dashboardName: part(item.dashboard).name ?? null,
    slug: item.slug,
    updatedAt: item.lastUpdatedAt,
    updatedByUser: item.lastUpdatedBy,
    viewsCount: item.views,
    verification: item.verification,
  };
}

/** The page of runs unless one is named. */
const RUNS_PAGE_SIZE = 50;

/**
 * The deliveries of a project with a page of their runs, in the shape of the older logs. `runsListed: false` if the role
 * may list deliveries (developer) and not their runs (admin).
 */
export const schedulerLogs: Successor = {
  since: '1.219',
  async run({ projectUuid, page = 1, pageSize = RUNS_PAGE_SIZE }, send) {
    const [list, runs] = await Promise.all([
      send(projectDeliveryList, { projectUuid }),
      send(deliveryRuns, { projectUuid, page, pageSize }).catch((error: unknown) => {
        if (error instanceof NotAllowedError) return undefined;
        throw error;
      }),
    ]);
    if (!isObject(list) || !Array.isArray(list.data))
      throw new ServerFaultError('Lightdash returned no list of deliveries.');
    const schedulers = objects(list.data);
    const named = (uuidKey: string, nameKey: string) =>
      schedulers
        .filter((scheduler) => text(scheduler[uuidKey]) !== undefined)
        .map((scheduler) => ({ [uuidKey]: scheduler[uuidKey], name: scheduler[nameKey] }));
    const data = {
      schedulers,
      users: schedulers.map(({ createdBy, createdByName }) => ({ userUuid: createdBy, firstName: createdByName })),
      charts: named('savedChartUuid', 'savedChartName'),
      dashboards: named('dashboardUuid', 'dashboardName'),
    };
    if (runs === undefined) return { ...data, logs: [], runsListed: false };
    const logs = objects(isObject(runs) ? runs.data : undefined).map((run) => ({
      ...run,
      jobId: run.runId,
      task: 'delivery',
      status: run.runStatus,
    }));
    return { pagination: isObject(runs) ? runs.pagination : undefined, data: { ...data, logs } };
  },
};

/** A table of the catalog, from its explore: the same keys but those of tags and icons, which were empty (1.219). */
export const tableMetadata: Successor = {
  since: '1.219',
  async run({ projectUuid, table }, send) {
    const explore = await send(exploreContent, { projectUuid, exploreId: table });
    const { name, label, ymlPath, baseTable, tables, joinedTables } = isObject(explore) ? explore : {};
    const base = isObject(tables) ? tables[String(baseTable)] : undefined;
    if (!isObject(base)) throw new ServerFaultError('Lightdash returned no tables of the explore.');
    const fields = [base.dimensions, base.metrics].flatMap(entries).flatMap(([, field]) =>
      field.hidden === true
        ? []
        : [
            {
              name: field.name,
              label: field.label,
              description: field.description,
              tableLabel: field.tableLabel,
              tableName: field.table,
              fieldType: field.fieldType,
              fieldValueType: field.type,
            },
          ],
    );
    return {
      name,
      label,
      description: base.description,
      modelName: name,
      source: ymlPath,
      fields,
      joinedTables: objects(joinedTables).map((join) => join.table),
    };
  },
};

/** Replaces all explores, as 0.1366 does by the same route. */
export const allExploresSet: Successor = {
  since: '1.219',
  run: (args, send) => send(completeExplores, { ...args, complete: true }),
};
