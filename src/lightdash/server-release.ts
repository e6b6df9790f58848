import * as z from 'zod';
import { isObject } from '../text/json.ts';
import type { Endpoint, Release } from './endpoint.ts';

/** Version and limits of the server; needs no sign-in. */
export const health: Endpoint = {
  id: 'health',
  method: 'GET',
  path: '/api/v1/health',
  readOnly: true,
  auth: 'token',
};

/** Answers everyone who is signed in, on every release. */
export const signedInUser: Endpoint = {
  id: 'signedInUser',
  method: 'GET',
  path: '/api/v1/user',
  readOnly: true,
  auth: 'token',
};

const healthResults = z.looseObject({ version: z.string() });

/** Version of a health response, such as `1.219.0`; undefined if it has none. */
export const versionOf = (results: unknown): string | undefined => healthResults.safeParse(results).data?.version;

/** The text if it begins like the number of a release. */
export const releaseNumber = (text: string | undefined): string | undefined =>
  text !== undefined && /^\d+\.\d+/.test(text) ? text : undefined;

/**
 * Release that a signed-in user shows by its keys, such as `1.219 or near`: 1.219 added `timezone`, and 0.2904 `requestContext`
 * (recorded). Undefined for the keys of 0.1366.
 */
export function releaseOfUser(user: unknown): string | undefined {
  if (!isObject(user)) return undefined;
  if ('timezone' in user) return '1.219 or near';
  return 'requestContext' in user ? '0.2904 or near' : undefined;
}

const softDelete = z.looseObject({
  softDelete: z.looseObject({ enabled: z.literal(true), retentionDays: z.number() }),
});

/** Days for which a server keeps deleted content, by its health response; undefined if it keeps none, as before 1.0. */
export const daysKeptOf = (results: unknown): number | undefined =>
  softDelete.safeParse(results).data?.softDelete.retentionDays;

/** True if a version is the release or a later one. Lightdash counts 0.1366, 0.2904, 1.0, 1.219. */
export function isSince(version: string, release: Release): boolean {
  const [major = 0, minor = 0] = numbersOf(version);
  const [sinceMajor = 0, sinceMinor = 0] = numbersOf(release);
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}

const numbersOf = (version: string): readonly number[] => version.split('.').map((part) => Number.parseInt(part, 10));
