import { spacesOf } from '../../access/content.ts';
import { forbidden, notFound } from '../../http/refusals.ts';
import type { UserContext, WriteContext } from '../../http/route.ts';
import type { Project, Space } from '../../store/records.ts';
import { codePath } from '../../views/today/as-code.ts';
import { projectAs } from './find-by-id.ts';
import { makeSpace } from './spaces.ts';

/** The project of something uploaded. @throws 403 unless the user is an editor of it */
export function uploadTo(call: UserContext, projectUuid: string, slug: string): Project {
  const refusal = `You don't have permission to upload content as code to this project (content slug "${slug}")`;
  return projectAs(call, projectUuid, 'editor', refusal);
}

/** The project to download from. @throws 403 for people who may not. */
export function downloadFrom(call: UserContext, projectUuid: string, kind: string): Project {
  const project = call.store.projects.get(projectUuid);
  if (!project) throw notFound(`Cannot find project with id: ${projectUuid}`);
  try {
    return projectAs(call, projectUuid, 'editor', `You are not allowed to download ${kind}`);
  } catch {
    throw forbidden(`You are not allowed to download ${kind}`);
  }
}

/** The space of a path of slugs. */
export const spaceAt = ({ store }: UserContext, projectUuid: string, path: string): Space | undefined =>
  spacesOf(store, projectUuid).find((space) => codePath(store, space) === path);

interface SpacePlacement {
  skipSpaceCreate?: boolean | undefined;
  publicSpaceCreate?: boolean | undefined;
}

/**
 * The space at a path such as `sales/europe`, with its parents. Missing ones are created: private at the top level unless
 * the options differ, inheriting inside another one.
 * @throws 404 if it is missing and may not be created
 */
export function placeAt(
  call: WriteContext,
  projectUuid: string,
  path: string,
  placing: SpacePlacement,
): { space: Space; created: Space[] } {
  const existing = spaceAt(call, projectUuid, path);
  if (existing) return { space: existing, created: [] };
  if (placing.skipSpaceCreate) throw notFound(`Space ${path} does not exist, skipping creation`);
  const [slug = path, ...parentSlugs] = path.split('/').reverse();
  const parent =
    parentSlugs.length > 0 ? placeAt(call, projectUuid, parentSlugs.reverse().join('/'), placing) : undefined;
  const inherits = parent ? undefined : placing.publicSpaceCreate;
  const words = slug.replaceAll('-', ' ');
  const name = words.charAt(0).toUpperCase() + words.slice(1);
  const space = makeSpace(call, { projectUuid, name, slug, inherits, ...(parent ? { parent: parent.space } : {}) });
  if (parent) space.users = [];
  return { space, created: [...(parent?.created ?? []), space] };
}
