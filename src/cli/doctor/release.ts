import { enabledTools } from '../../inventory/enabled-tools.ts';
import { noteSince } from '../../lightdash/endpoint.ts';
import { isSince } from '../../lightdash/server-release.ts';
import { PAGED_SINCE } from '../../query/execution/server-capabilities.ts';
import { pluralize } from '../../text/format.ts';
import { tools } from '../../tools/index.ts';
import type { CheckResult } from './check-result.ts';
import type { DoctorContext } from './doctor-context.ts';

const check = 'Version';

/** Checks the release of Lightdash, and the enabled tools that it lacks or that go with its next releases. */
export async function checkRelease({ server, config }: DoctorContext): Promise<CheckResult> {
  const { version } = await server.get();
  if (version === undefined) {
    const advice = 'Check that LIGHTDASH_URL is the address of Lightdash itself.';
    return { check, status: 'warning', message: 'Lightdash does not report its version.', advice };
  }
  const names = new Set(enabledTools(config).map(({ name }) => name));
  const enabled = tools.filter(({ name }) => names.has(name));
  const lacking = enabled.filter(({ since, operation }) => {
    const first = since ?? operation?.since;
    const note = operation?.releaseNote;
    return (
      (first !== undefined && !isSince(version, first)) ||
      (note?.status === 'gone' && isSince(version, noteSince(note)))
    );
  });
  const marked = enabled.filter(({ operation }) => {
    const note = operation?.releaseNote;
    return note?.status === 'deprecated' && isSince(version, noteSince(note));
  });
  const withoutReplacement = marked.filter(({ operation }) => operation?.releaseNote?.hasNoReplacement);
  // Without a successor an operation is sent as a v2 query.
  const replaced = marked.filter(
    (tool) => !withoutReplacement.includes(tool) && isSince(version, tool.operation?.successor?.since ?? PAGED_SINCE),
  );
  const list = (some: typeof enabled) => some.map(({ name }) => name).join(', ');
  const message = [
    `Lightdash ${version}.`,
    ...(lacking.length > 0 ? [`It lacks ${lacking.length} of the tools: ${list(lacking)}.`] : []),
    ...(replaced.length > 0
      ? [`It marks the routes of ${pluralize(replaced.length, 'tool')} deprecated; newer ones are sent.`]
      : []),
    ...(withoutReplacement.length > 0
      ? [`It marks the routes of ${list(withoutReplacement)} to be removed, without a replacement.`]
      : []),
  ].join(' ');
  return { check, status: 'ok', message };
}
