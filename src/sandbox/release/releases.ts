/** The releases of Lightdash that the sandbox stands in for, oldest first: those whose answers were recorded. */
export const RELEASES = ['0.1366', '1.219'] as const;
/** A release that the sandbox can be. */
export type Release = (typeof RELEASES)[number];

/** Versions that the recorded servers report; the older one is the commit after release 0.1366.1. */
export const VERSIONS: Readonly<Record<Release, string>> = { '0.1366': '0.1367.0', '1.219': '1.219.0' };

/** Says if a release lies within two others, both included; an absent bound is open. */
export function isWithin(release: Release, since: Release | undefined, until: Release | undefined): boolean {
  const index = RELEASES.indexOf(release);
  return (
    (since === undefined || index >= RELEASES.indexOf(since)) &&
    (until === undefined || index <= RELEASES.indexOf(until))
  );
}
