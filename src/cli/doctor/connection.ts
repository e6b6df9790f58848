import manifest from '../../../package.json' with { type: 'json' };
import type { ApiResponse } from '../../lightdash/client.ts';
import { LightdashError, UntrustedCertificateError } from '../../lightdash/errors.ts';
import { isLoopback, proxyFor, withScheme } from '../../lightdash/http/network.ts';
import { health } from '../../lightdash/server-release.ts';
import { pluralize } from '../../text/format.ts';
import { version } from '../../version.ts';
import { type CheckResult, failedBy } from './check-result.ts';
import type { DoctorContext } from './subject.ts';

/** Whether the Node that runs this is one that it is made for. */
export function checkNode({ nodeVersion }: Pick<DoctorContext, 'nodeVersion'>): CheckResult {
  const needed = manifest.engines.node.replace(/^\D+/, '');
  const found = `Node ${nodeVersion}, lightdash-mcp ${version}.`;
  if (isAtLeast(nodeVersion, needed)) return { check: 'Node', mark: 'ok', found };
  return { check: 'Node', mark: 'failed', found, advice: `Install Node ${needed} or later.` };
}

function isAtLeast(given: string, needed: string): boolean {
  const [ours, theirs] = [given, needed].map((text) => text.split('.').map(Number));
  for (const [at, least] of (theirs ?? []).entries()) {
    const number = ours?.[at] ?? 0;
    if (number !== least) return number > least;
  }
  return true;
}

/** Which proxy requests go through, without its credentials. */
export function checkProxy({ config, proxy }: Pick<DoctorContext, 'config' | 'proxy'>): CheckResult {
  const used = withScheme(proxyFor(config.url, proxy));
  const isSet = proxy.httpProxy !== undefined || proxy.httpsProxy !== undefined;
  if (used === '') {
    const found = isSet
      ? 'Not used for this address, although the environment names one.'
      : 'None: HTTPS_PROXY and HTTP_PROXY are not set.';
    return { check: 'Proxy', mark: 'ok', found };
  }
  const found = `Requests go through ${new URL(used).host}, as the environment says.`;
  const advice = 'Hosts may start this server without that environment: HTTPS_PROXY belongs into the entry, too.';
  return { check: 'Proxy', mark: 'ok', found, advice };
}

/** What came of the first request. */
export interface ConnectionCheck {
  readonly findings: readonly CheckResult[];
  /** Whether something answered, so that it is worth asking on. */
  readonly answers: boolean;
}

/** Asks for the server's health, which needs no sign-in: address, certificate and clock are told from the one answer. */
export async function checkConnection(subject: DoctorContext): Promise<ConnectionCheck> {
  let reply: ApiResponse;
  try {
    reply = await subject.reader.execute({ ...health, auth: 'none' }, {});
  } catch (error) {
    return unreached(subject, error);
  }
  const { lightdash } = subject;
  const address: CheckResult = { check: 'Address', mark: 'ok', found: `${lightdash.pageUrl('')} answers.` };
  return { answers: true, findings: [address, tls(subject), clock(reply, subject)] };
}

function unreached(subject: DoctorContext, error: unknown): ConnectionCheck {
  if (error instanceof UntrustedCertificateError) {
    const address: CheckResult = {
      check: 'Address',
      mark: 'ok',
      found: `Something answers at ${subject.lightdash.origin}.`,
    };
    return { answers: false, findings: [address, failedBy('TLS', error)] };
  }
  const answers = error instanceof LightdashError && error.status !== undefined;
  const found = answers ? [tls(subject)] : [];
  return { answers, findings: [failedBy('Address', error), ...found] };
}

function tls({ lightdash, trustsEveryone }: DoctorContext): CheckResult {
  const check = 'TLS';
  const { protocol, hostname } = new URL(lightdash.origin);
  if (protocol === 'http:') {
    if (isLoopback(hostname)) {
      return { check, mark: 'ok', found: 'None, and none needed: the address is this machine.' };
    }
    const advice = 'Use https, and drop LIGHTDASH_ALLOW_HTTP.';
    return { check, mark: 'warning', found: 'None: anyone on the way can read the token.', advice };
  }
  if (trustsEveryone) {
    const advice = 'Drop NODE_TLS_REJECT_UNAUTHORIZED=0; NODE_EXTRA_CA_CERTS adds a certificate authority of your own.';
    return { check, mark: 'warning', found: 'Certificates are not checked: anyone can pose as Lightdash.', advice };
  }
  return { check, mark: 'ok', found: 'The certificate is trusted.' };
}

/** More than the time that an answer takes, and than clocks are usually off. */
const CLOCK_TOLERANCE_S = 60;

function clock({ date }: ApiResponse, { now }: DoctorContext): CheckResult {
  const theirs = date === undefined ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirs)) return { check: 'Clock', mark: 'skipped', found: 'The server does not tell its time.' };
  const seconds = Math.round((now() - theirs) / 1_000);
  if (Math.abs(seconds) <= CLOCK_TOLERANCE_S) {
    return {
      check: 'Clock',
      mark: 'ok',
      found: `Within ${pluralize(Math.max(1, Math.abs(seconds)), 'second')} of the server's.`,
    };
  }
  const found = `This machine's clock is ${pluralize(Math.abs(seconds), 'second')} ${seconds > 0 ? 'ahead of' : 'behind'} the server's.`;
  const advice =
    'Set it by a time server: "today" and "last month" are not the same for both, and certificates may seem expired.';
  return { check: 'Clock', mark: 'warning', found, advice };
}

/** The release, as far as it is told. */
export async function checkVersion({ server }: DoctorContext): Promise<CheckResult> {
  const { version: release } = await server.get();
  if (release !== undefined) return { check: 'Version', mark: 'ok', found: `Lightdash ${release}.` };
  const advice = 'Check that LIGHTDASH_URL is the address of Lightdash itself.';
  return { check: 'Version', mark: 'warning', found: 'Lightdash does not tell its version.', advice };
}
