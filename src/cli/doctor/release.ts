import { enabledTools } from '../../inventory/enabled-tools.ts';
import { noteSince, type Release, type ReleaseNote } from '../../lightdash/endpoint.ts';
import { isSince } from '../../lightdash/server-release.ts';
import type { Operation } from '../../operations/operation.ts';
import { PAGED_SINCE } from '../../query/execution/server-capabilities.ts';
import { pluralize } from '../../text/format.ts';
import { tools } from '../../tools/index.ts';
import type { CheckResult } from './check-result.ts';
import type { DoctorContext } from './doctor-context.ts';

const check = 'Version';

/** The latest release that was measured. */
const LATEST: Release = '1.219';

/** Checks the release of Lightdash, and the enabled tools that it lacks or that go with its next releases. */
export async function checkRelease({ server, config }: DoctorContext): Promise<CheckResult> {
  const { version } = await server.get();
  if (version === undefined) {
    const advice = 'Check that LIGHTDASH_URL is the address of Lightdash itself.';
    return { check, status: 'warning', message: 'Lightdash does not report its version.', advice };
  }
  const names = new Set(enabledTools(config).map(({ name }) => name));
  const enabled = tools.filter(({ name }) => names.has(name));
  const withStatus = (status: ReleaseNote['status']) =>
    enabled.filter(({ operation }) => operation?.releaseNote && isNow(operation.releaseNote, status, version));
  const later = enabled.filter(({ since, operation }) => {
    const first = since ?? operation?.since;
    return first !== undefined && !isSince(version, first);
  });
  // Routes that 1.219 has and 0.1366 lacks may have come with any release between.
  const mayBeThere = isSince(version, PAGED_SINCE);
  const lacking = [...(mayBeThere ? [] : later), ...withStatus('gone')];
  const untested = mayBeThere ? later : [];
  const list = (some: typeof enabled) => some.map(({ name }) => name).join(', ');
  const message = [
    `Lightdash ${version}.`,
    ...(isNewer(version)
      ? [`It is newer than ${LATEST}, the latest release tested; the rest of this line was measured on ${LATEST}.`]
      : []),
    ...(lacking.length > 0 ? [`It lacks ${lacking.length} of the tools: ${list(lacking)}.`] : []),
    ...(untested.length > 0
      ? [`It may lack ${untested.length} of the tools, tested on ${LATEST} alone: ${list(untested)}.`]
      : []),
    ...deprecations(
      withStatus('deprecated').flatMap(({ operation }) => operation ?? []),
      version,
    ),
  ].join(' ');
  return { check, status: 'ok', message };
}

const isNow = (note: ReleaseNote, status: ReleaseNote['status'], version: string): boolean =>
  note.status === status && isSince(version, noteSince(note));

const isNewer = (version: string): boolean => {
  const [major = 0, minor = 0] = LATEST.split('.').map(Number);
  return isSince(version, `${major}.${minor + 1}`);
};

/** Sentences on routes that a release marks deprecated. */
function deprecations(marked: readonly Operation[], version: string): string[] {
  const withoutReplacement = marked.filter(({ releaseNote }) => releaseNote?.hasNoReplacement);
  const replaceable = marked.filter((operation) => !withoutReplacement.includes(operation));
  // Without a successor an operation is sent as a v2 query.
  const replaced = replaceable.filter(({ successor }) => isSince(version, successor?.since ?? PAGED_SINCE));
  const sent =
    replaced.length === replaceable.length ? 'newer ones are sent' : `for ${replaced.length} newer ones are sent`;
  const names = withoutReplacement.map(({ tool }) => tool).join(', ');
  return [
    ...(replaceable.length > 0
      ? [`It marks the routes of ${pluralize(replaceable.length, 'tool')} deprecated; ${sent}.`]
      : []),
    ...(names === '' ? [] : [`It marks the routes of ${names} to be removed, without a replacement.`]),
  ];
}
