import type { Resource } from '@modelcontextprotocol/sdk/types.js';
import { LightdashError, NotAllowedError, NotFoundError } from '../../lightdash/errors.ts';
import { redact } from '../../secrets/secret-string.ts';
import { plainText, truncate } from '../../text/plain-text.ts';
import type { ContentContext, VisibleProject } from '../content-context.ts';
import { invalid, requestFailed } from '../protocol-errors.ts';
import { type ListableItem, type ListableType, readListableItems } from './listable-items.ts';
import { type ResourceType, resourceTypeNamed, resourceTypes } from './resource-types.ts';
import { formatResourceUri } from './resource-uri.ts';

interface ResourcePage {
  readonly resources: Resource[];
  readonly nextCursor?: string;
}

/** Hosts show whole lists and request each next page; a project may hold thousands of charts. */
const PAGE_SIZE = 100;
const MAX_DESCRIPTION_LENGTH = 160;

const overviews: readonly ResourceType[] = ['catalog', 'metrics', 'explores', 'dashboards', 'charts', 'spaces'];

/** Types that are listed item by item, the semantic layer first. */
const listed: readonly { readonly listable: ListableType; readonly type: ResourceType; readonly variable: string }[] = [
  { listable: 'explores', type: 'explore', variable: 'exploreId' },
  { listable: 'dashboards', type: 'dashboard', variable: 'dashboardUuid' },
  { listable: 'charts', type: 'chart', variable: 'chartUuid' },
];

/** A part of the list that is read at once: the overviews, or one collection of one project. */
interface Section {
  /** Stable over time, for the cursor. */
  readonly key: string;
  load(): Promise<Resource[]>;
}

/**
 * One page of all resources: the projects and their catalogs, then every explore, every dashboard, every chart. Only
 * the page needs is requested.
 *
 * @throws {ProtocolError} for a cursor of another server, and if Lightdash fails.
 */
export async function listResources(cursor: string | undefined, context: ContentContext): Promise<ResourcePage> {
  try {
    const defaultProject = await context.scope.defaultProjectUuid();
    const visible = await context.scope.visible();
    const first = (project: VisibleProject) => Number(project.projectUuid !== defaultProject);
    const projects = visible.toSorted((left, right) => first(left) - first(right));
    const sections = sectionsOf(projects, context);
    const start = cursor === undefined ? { section: 0, offset: 0 } : readCursor(cursor, sections);
    return await takePage(sections, start);
  } catch (error) {
    if (!(error instanceof LightdashError)) throw error;
    throw requestFailed(redact(error.userMessageLines.join(' '), context.secrets()));
  }
}

function sectionsOf(projects: readonly VisibleProject[], context: ContentContext): readonly Section[] {
  const isOn = (type: ResourceType) => context.enabledTools.has(resourceTypeNamed(type).tool);
  const several = projects.length > 1;
  const overview: Section = {
    key: 'overview',
    load: async () => [
      ...(isOn('projects')
        ? [entry('projects', {}, 'Lightdash projects', resourceTypeNamed('projects').description)]
        : []),
      ...projects.flatMap((project) =>
        overviews
          .filter(isOn)
          .map((type) =>
            entry(
              type,
              { projectUuid: project.projectUuid },
              `${resourceTypeNamed(type).title} of ${plainText(project.name)}`,
              resourceTypeNamed(type).description,
            ),
          ),
      ),
    ],
  };
  const collections = listed
    .filter(({ type }) => isOn(type))
    .flatMap(({ listable, type, variable }) =>
      projects.map(
        (project): Section => ({
          key: `${listable} ${project.projectUuid}`,
          async load() {
            const items = await readListableItems(listable, project.projectUuid, context).catch((error: unknown) =>
              leftOut(error, listable, project, context),
            );
            return items.map((item) => itemEntry(type, variable, item, project, several));
          },
        }),
      ),
    );
  return [overview, ...collections];
}

/** One project that does not answer (never compiled, or not for this token) must not hide all others. */
function leftOut(
  error: unknown,
  listable: ListableType,
  project: VisibleProject,
  context: ContentContext,
): readonly ListableItem[] {
  if (!(error instanceof NotAllowedError || error instanceof NotFoundError)) throw error;
  context.warn(
    { type: listable, project: project.projectUuid, reason: error.kind },
    'left out of the list of resources',
  );
  return [];
}

async function takePage(
  sections: readonly Section[],
  start: { section: number; offset: number },
): Promise<ResourcePage> {
  const resources: Resource[] = [];
  let { section, offset } = start;
  for (; section < sections.length; section += 1, offset = 0) {
    const all = (await sections[section]?.load()) ?? [];
    const room = PAGE_SIZE - resources.length;
    resources.push(...all.slice(offset, offset + room));
    if (offset + room < all.length)
      return { resources, nextCursor: writeCursor(sections[section]?.key ?? '', offset + room) };
    if (resources.length === PAGE_SIZE) break;
  }
  // A full page may be the last one: the next section is read with the next page, and may be empty.
  const next = sections[section + 1];
  return resources.length === PAGE_SIZE && next ? { resources, nextCursor: writeCursor(next.key, 0) } : { resources };
}

const writeCursor = (key: string, offset: number): string => Buffer.from(`${key} ${offset}`).toString('base64url');

function readCursor(cursor: string, sections: readonly Section[]): { section: number; offset: number } {
  const [, key, offset] = /^(.+) (\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const section = sections.findIndex((item) => item.key === key);
  if (section === -1)
    throw invalid('That cursor is not from this list, or its project is gone: list again from the start.');
  return { section, offset: Number(offset) };
}

function itemEntry(
  type: ResourceType,
  variable: string,
  item: ListableItem,
  project: VisibleProject,
  several: boolean,
): Resource {
  const suffix = several ? ` (${plainText(project.name)})` : '';
  const variables = { projectUuid: project.projectUuid, [variable]: item.id };
  const name = `${resourceTypeNamed(type).title}: ${item.names[0] ?? item.id}${suffix}`;
  return entry(type, variables, name, item.description, item.lastModified);
}

function entry(
  type: ResourceType,
  variables: Readonly<Record<string, string>>,
  name: string,
  description: string,
  lastModified?: string,
): Resource {
  const { mimeType, priority } = resourceTypeNamed(type);
  return {
    uri: formatResourceUri(type, variables),
    name,
    ...(description !== '' && { description: truncate(description, MAX_DESCRIPTION_LENGTH) }),
    mimeType,
    annotations: { audience: ['user', 'assistant'], priority, ...(lastModified && { lastModified }) },
  };
}

/**
 * The templates of every kind whose tool is switched on; `lightdash://projects` has no variable and is listed itself.
 */
export function listTemplates(context: Pick<ContentContext, 'enabledTools'>) {
  return resourceTypes
    .filter(({ tool, template }) => context.enabledTools.has(tool) && template.includes('{'))
    .map(({ template, title, description, mimeType, priority }) => ({
      uriTemplate: template,
      name: title,
      description,
      mimeType,
      annotations: { audience: ['user' as const, 'assistant' as const], priority },
    }));
}
