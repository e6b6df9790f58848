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
  const withSunset = enabled.filter(({ operation }) => {
    const note = operation?.releaseNote;
    return note?.sunset !== undefined && operation?.successor === undefined && isSince(version, noteSince(note))
      ? !STARTED_ON_V2.has(operation?.id ?? '')
      : false;
  });
  const replaced = enabled.filter(({ operation, name }) => {
    const note = operation?.releaseNote;
    const isMarked = note?.status === 'deprecated' && isSince(version, noteSince(note));
    const first = operation?.successor?.since ?? PAGED_SINCE;
    return isMarked && isSince(version, first) && !withSunset.some((tool) => tool.name === name);
  });
  const list = (some: typeof enabled) => some.map(({ name }) => name).join(', ');
  const message = [
    `Lightdash ${version}.`,
    ...(lacking.length > 0 ? [`It lacks ${lacking.length} of the tools: ${list(lacking)}.`] : []),
    ...(replaced.length > 0
      ? [`It marks the routes of ${pluralize(replaced.length, 'tool')} deprecated; newer ones are sent.`]
      : []),
    ...(withSunset.length > 0
      ? [`It marks the routes of ${list(withSunset)} to be removed, without a successor.`]
      : []),
  ].join(' ');
  return { check, status: 'ok', message };
}

/** Operations that are sent as v2 queries. */
const STARTED_ON_V2: ReadonlySet<string> = new Set(['CalculateTotalFromQuery', 'CalculateTotalFromSavedChart']);
