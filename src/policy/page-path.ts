import { isUuid } from '../operations/fields.ts';
import type { Reference } from './project-references.ts';

/** Segments of a page's path whose next one is the uuid of something. */
const named: ReadonlyMap<string, Reference['kind']> = new Map([
  ['projects', 'project'],
  ['saved', 'chart'],
  ['dashboards', 'dashboard'],
  ['spaces', 'space'],
]);

/**
 * The ids in the path of a page of Lightdash's web app, its project first; undefined for a path that is not plainly one
 * of a project's pages (a browser would resolve dots and backslashes to another).
 */
export function pageReferences(path: string): Reference[] | undefined {
  const [plain = ''] = path.split(/[?#]/, 1);
  const [root, ...segments] = plain.split('/').map(decoded);
  if (root !== '' || segments[0] !== 'projects' || !isUuid(segments[1] ?? '')) return undefined;
  if (segments.some((segment) => segment === undefined || segment === '.' || segment === '..')) return undefined;
  if (segments.some((segment) => segment !== undefined && /[/\\\u0000-\u001f]/.test(segment))) return undefined;
  return segments.flatMap((segment, at) => {
    const kind = named.get(segments[at - 1] ?? '');
    return kind !== undefined && segment !== undefined && isUuid(segment) ? [{ kind, name: 'path', id: segment }] : [];
  });
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
