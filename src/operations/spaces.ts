import * as z from 'zod';
import { listedUser, projectUuid, spaceRole, spaceUuid } from './fields.ts';
import { operation } from './operation.ts';
import { spaceWithAccess } from './successors.ts';

/**
 * Newer servers know only `inheritParentPermissions` and ignore `isPrivate` (a space created with only the old key is
 * always private); 0.1366 ignores the new key. Both are sent.
 */
const privacy = (isPrivate: boolean) => ({ isPrivate, inheritParentPermissions: !isPrivate });

/** Operations on spaces and who sees them. */
export const spaces = [
  operation({
    id: 'ListSpacesInProject',
    method: 'GET',
    path: '/api/v1/projects/{projectUuid}/spaces',
    tool: 'list_spaces_in_project',
    title: 'List spaces',
    description: 'The spaces (folders) you may see: what they hold, whether they are private.',
    input: () => ({ projectUuid: projectUuid() }),
    releaseNote: { status: 'changed', note: '`inheritParentPermissions` instead of `isPrivate`; counts come as text.' },
  }),
  operation({
    id: 'GetSpace',
    successor: spaceWithAccess,
    method: 'GET',
    path: '/api/v1/projects/{projectUuid}/spaces/{spaceUuid}',
    tool: 'get_space',
    title: 'What is in a space (folder)?',
    description: 'A space: its charts, dashboards, and who has which role.',
    input: () => ({ projectUuid: projectUuid(), spaceUuid: spaceUuid() }),
    releaseNote: {
      status: 'changed',
      note: '`inheritParentPermissions` instead of `isPrivate`; spaces may be inside of spaces.',
    },
  }),
  operation({
    id: 'CreateSpaceInProject',
    method: 'POST',
    path: '/api/v1/projects/{projectUuid}/spaces',
    tool: 'create_space_in_project',
    title: 'Create a new space or folder',
    description: 'Makes a space (folder). It is private (you and admins) unless isPrivate is false.',
    input: () => ({
      projectUuid: projectUuid(),
      name: z.string().min(1),
      isPrivate: z.boolean().default(true),
      access: z
        .array(z.strictObject({ userUuid: listedUser(), role: spaceRole() }))
        .optional()
        .describe('People to share it with'),
      parentSpaceUuid: spaceUuid().optional().describe('Space to put it in; newer servers only'),
    }),
    body: ({ name, isPrivate, access, parentSpaceUuid }) => ({
      name,
      ...privacy(isPrivate),
      ...(access && { access }),
      ...(parentSpaceUuid && { parentSpaceUuid }),
    }),
    releaseNote: { status: 'changed', note: '`isPrivate` is ignored: `inheritParentPermissions` is sent too.' },
  }),
  operation({
    id: 'UpdateSpace',
    method: 'PATCH',
    path: '/api/v1/projects/{projectUuid}/spaces/{spaceUuid}',
    tool: 'update_space',
    title: 'Rename a space, make it private or public',
    description: 'Sets the name of a space (folder) or whether it is private; the other stays.',
    input: () => ({
      projectUuid: projectUuid(),
      spaceUuid: spaceUuid(),
      name: z.string().min(1).optional(),
      isPrivate: z.boolean().optional().describe('false opens it to everyone in the project'),
    }),
    body: ({ name, isPrivate }) => ({ name, ...(isPrivate !== undefined && privacy(isPrivate)) }),
    idempotent: true,
    releaseNote: { status: 'changed', note: '`isPrivate` is ignored: `inheritParentPermissions` is sent too.' },
  }),
  operation({
    id: 'DeleteSpace',
    mayAnswerEmpty: true,
    method: 'DELETE',
    path: '/api/v1/projects/{projectUuid}/spaces/{spaceUuid}',
    tool: 'delete_space',
    title: 'Delete a space: remove a folder with all in it',
    description: 'Deletes a space with every chart and dashboard in it.',
    input: () => ({ projectUuid: projectUuid(), spaceUuid: spaceUuid() }),
    irreversible: true,
    restorable: true,
  }),
] as const;
