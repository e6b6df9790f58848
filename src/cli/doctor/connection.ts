import manifest from '../../../package.json' with { type: 'json' };
import type { ApiResponse } from '../../lightdash/client.ts';
import { LightdashError, UntrustedCertificateError } from '../../lightdash/errors.ts';
import { isLoopback, proxyFor, withScheme } from '../../lightdash/http/network.ts';
import { health } from '../../lightdash/server-release.ts';
import { pluralize } from '../../text/format.ts';
import { version } from '../../version.ts';
import { type CheckResult, failedBy } from './check-result.ts';
import type { DoctorContext } from './doctor-context.ts';

/** Checks the version of Node. */
export function checkNode({ nodeVersion }: Pick<DoctorContext, 'nodeVersion'>): CheckResult {
  const needed = manifest.engines.node.replace(/^\D+/, '');
  const message = `Node ${nodeVersion}, lightdash-mcp ${version}.`;
  if (isAtLeast(nodeVersion, needed)) return { check: 'Node', status: 'ok', message };
  return { check: 'Node', status: 'failed', message, advice: `Install Node ${needed} or later.` };
}

function isAtLeast(actual: string, needed: string): boolean {
  const [actualParts, theirs] = [actual, needed].map((text) => text.split('.').map(Number));
  for (const [at, minimum] of (theirs ?? []).entries()) {
    const number = actualParts?.[at] ?? 0;
    if (number !== minimum) return number > minimum;
  }
  return true;
}

/** Checks the proxy of requests; shown without its credentials. */
export function checkProxy({ config, proxy }: Pick<DoctorContext, 'config' | 'proxy'>): CheckResult {
  const used = withScheme(proxyFor(config.url, proxy));
  const isSet = proxy.httpProxy !== undefined || proxy.httpsProxy !== undefined;
  if (used === '') {
    const message = isSet
      ? 'Not used for this address, although the environment names one.'
      : 'None: HTTPS_PROXY and HTTP_PROXY are not set.';
    return { check: 'Proxy', status: 'ok', message };
  }
  const message = `Requests go through ${new URL(used).host}, as the environment says.`;
  const advice = 'Hosts may start this server without that environment: add HTTPS_PROXY to the entry, too.';
  return { check: 'Proxy', status: 'ok', message, advice };
}

/** Result of the first request. */
export interface ConnectionCheck {
  readonly results: readonly CheckResult[];
  /** True if a server responded, so that further checks make sense. */
  readonly responds: boolean;
}

/** Requests the server's health, which needs no sign-in, to check address, certificate and clock. */
export async function checkConnection(context: DoctorContext): Promise<ConnectionCheck> {
  let response: ApiResponse;
  try {
    response = await context.client.execute({ ...health, auth: 'none' }, {});
  } catch (error) {
    return connectionFailure(context, error);
  }
  const { lightdash } = context;
  const address: CheckResult = { check: 'Address', status: 'ok', message: `${lightdash.pageUrl('')} answers.` };
  return { responds: true, results: [address, tls(context), clock(response, context)] };
}

function connectionFailure(context: DoctorContext, error: unknown): ConnectionCheck {
  if (error instanceof UntrustedCertificateError) {
    const address: CheckResult = {
      check: 'Address',
      status: 'ok',
      message: `A server responds at ${context.lightdash.origin}.`,
    };
    return { responds: false, results: [address, failedBy('TLS', error)] };
  }
  const responds = error instanceof LightdashError && error.status !== undefined;
  const message = responds ? [tls(context)] : [];
  return { responds, results: [failedBy('Address', error), ...message] };
}

function tls({ lightdash, trustsEveryone }: DoctorContext): CheckResult {
  const check = 'TLS';
  const { protocol, hostname } = new URL(lightdash.origin);
  if (protocol === 'http:') {
    if (isLoopback(hostname)) {
      return { check, status: 'ok', message: 'None, and none needed: the address is this machine.' };
    }
    const advice = 'Use https, and drop LIGHTDASH_ALLOW_HTTP.';
    return { check, status: 'warning', message: 'None: anyone on the way can read the token.', advice };
  }
  if (trustsEveryone) {
    const advice = 'Drop NODE_TLS_REJECT_UNAUTHORIZED=0; NODE_EXTRA_CA_CERTS adds a certificate authority of your own.';
    return { check, status: 'warning', message: 'Certificates are not checked: anyone can pose as Lightdash.', advice };
  }
  return { check, status: 'ok', message: 'The certificate is trusted.' };
}

/** More than a response takes, and than clocks usually differ. */
const CLOCK_TOLERANCE_S = 60;

function clock({ date }: ApiResponse, { now }: DoctorContext): CheckResult {
  const theirs = date === undefined ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirs)) return { check: 'Clock', status: 'skipped', message: 'The server does not send its time.' };
  const seconds = Math.round((now() - theirs) / 1_000);
  if (Math.abs(seconds) <= CLOCK_TOLERANCE_S) {
    return {
      check: 'Clock',
      status: 'ok',
      message: `Within ${pluralize(Math.max(1, Math.abs(seconds)), 'second')} of the server's.`,
    };
  }
  const message = `This machine's clock is ${pluralize(Math.abs(seconds), 'second')} ${seconds > 0 ? 'ahead of' : 'behind'} the server's.`;
  const advice =
    'Set it by a time server: "today" and "last month" are not the same for both, and certificates may seem expired.';
  return { check: 'Clock', status: 'warning', message, advice };
}
