import {
  CancelledError,
  type LightdashError,
  NotJsonError,
  TimedOutError,
  UnreachableError,
  UntrustedCertificateError,
} from '../errors.ts';

/** Phase of a request. */
export type Phase = 'signing in' | 'waiting' | 'connecting' | 'sending' | 'reading';

/** True if any of the request may have reached the server. */
export const wasSent = (phase: Phase): boolean => phase === 'sending' || phase === 'reading';

/** The system's or undici's code of a failure, searched through its causes (`ECONNREFUSED`, `UND_ERR_SOCKET`, …). */
export function failureCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof AggregateError && at.errors.length > 0) return failureCode(at.errors[0]);
    if ('code' in at && typeof at.code === 'string') return at.code;
    // undici omits the code if its table lacks the parser's number.
    if (at.name === 'HTTPParserError') return 'HPE_INVALID';
    // A sign-in shared by several calls has a separate deadline.
    if (at.name === 'TimeoutError') return 'ETIMEDOUT';
  }
  return undefined;
}

const certificateFault = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|PRX_TLS/;

/** The request that failed, as far as its error depends on it. */
export interface FailureContext {
  readonly origin: string;
  readonly readOnly: boolean;
  readonly phase: Phase;
  /** Cause if this server ended the request. */
  readonly stopped: 'deadline' | 'cancelled' | undefined;
  /** Milliseconds since the call began. */
  readonly waitedMs: number;
}

/** The error of a redirect, which is never followed. */
export function redirectError(location: string, status: number, origin: string): NotJsonError {
  const target = URL.canParse(location, origin) ? new URL(location, origin).origin : 'another address';
  return new NotJsonError(`Lightdash's address redirects to ${target} (${status}).`, {
    status,
    advice:
      target === origin
        ? 'Set LIGHTDASH_URL to the final address of Lightdash.'
        : 'If that is where Lightdash lives now, set LIGHTDASH_URL to it; if it is a sign-in page, set the access headers in LIGHTDASH_HEADERS.',
  });
}

/** Maps a failed connection, a timeout or a cancellation to an error class. */
export function transportFailure(error: unknown, context: FailureContext): LightdashError {
  const { origin, phase } = context;
  const code = failureCode(error);
  const outcomeUnknown = !context.readOnly && wasSent(phase);

  if (context.stopped === 'deadline') {
    const { message, advice } = timeoutMessage(phase, origin, Math.round(context.waitedMs / 1_000));
    return new TimedOutError(message, { outcomeUnknown, advice });
  }
  if (context.stopped === 'cancelled') {
    return new CancelledError('The call was cancelled.', { outcomeUnknown });
  }
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new UnreachableError(`The name in ${origin} does not resolve.`, {
        advice: 'Check LIGHTDASH_URL, the network and any VPN. Nothing was sent.',
      });
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new UnreachableError(`No server responds at ${origin}.`, {
        advice: 'Lightdash may be down, or LIGHTDASH_URL, the VPN or the proxy is wrong. Nothing was sent.',
      });
    case 'UND_ERR_CONNECT_TIMEOUT':
      return new TimedOutError(`No connection to ${origin} could be made in time.`, {
        advice: 'Check the network, the VPN or the proxy. Nothing was sent.',
      });
    case 'UND_ERR_BODY_TIMEOUT':
      return new TimedOutError('Lightdash stopped in the middle of its response.', {
        outcomeUnknown,
        advice: 'Try again; if it happens again, request less at once.',
      });
    case 'UND_ERR_HEADERS_TIMEOUT':
      return new TimedOutError('Lightdash accepted the request and did not respond in time.', { outcomeUnknown });
    default:
  }
  const refusedWith = proxyRefusal(error);
  if (refusedWith !== undefined) {
    return new UnreachableError(`The proxy refused the connection to ${origin} (${refusedWith}).`, {
      advice: `${
        refusedWith === '407'
          ? 'It requires a sign-in: put user and password into its address, http://user:password@proxy:port.'
          : 'Check HTTPS_PROXY and HTTP_PROXY, or name the host in NO_PROXY.'
      } Nothing was sent.`,
    });
  }
  if (code === 'EPROTO' || code?.startsWith('ERR_SSL')) {
    return new UnreachableError(`The server at ${origin} does not speak TLS correctly (${code}).`, {
      advice: 'Check scheme and port of LIGHTDASH_URL, and the proxy if there is one. Nothing was sent.',
    });
  }
  if (code && certificateFault.test(code)) {
    return new UntrustedCertificateError(`The certificate of ${origin} is not trusted (${code}).`, {
      advice:
        'If your organization has its own certificate authority, set NODE_EXTRA_CA_CERTS to its file. Nothing was sent.',
    });
  }
  if (code?.startsWith('HPE_')) {
    return new NotJsonError(`The server at ${origin} does not speak HTTP (${code}).`, { outcomeUnknown });
  }
  return new UnreachableError(`The connection to ${origin} broke${code ? ` (${code})` : ''}.`, {
    outcomeUnknown,
    advice: `Try again; if it stays, check the network, the proxy if there is one, and whether Lightdash is restarting.${wasSent(phase) ? '' : ' Nothing was sent.'}`,
  });
}

/** Message and advice for a timeout, by phase. */
function timeoutMessage(phase: Phase, origin: string, seconds: number): { message: string; advice: string } {
  const requestLess = 'Request less (narrower filters, fewer rows), or raise LIGHTDASH_TIMEOUT.';
  switch (phase) {
    case 'signing in':
      return {
        message: `Signing in to Lightdash took longer than ${seconds} s.`,
        advice: 'Nothing else was sent. Lightdash may be busy or restarting; try again later.',
      };
    case 'waiting':
      return {
        message: `Other calls kept every connection to Lightdash busy for ${seconds} s.`,
        advice: 'Nothing was sent. Send fewer calls at the same time, or raise LIGHTDASH_TIMEOUT.',
      };
    case 'connecting':
      return {
        message: `No connection to ${origin} could be made within ${seconds} s.`,
        advice: 'Check the network, the VPN or the proxy. Nothing was sent.',
      };
    case 'sending':
      return { message: `Lightdash did not respond within ${seconds} s.`, advice: requestLess };
    case 'reading':
      return { message: `Lightdash began to respond but did not finish within ${seconds} s.`, advice: requestLess };
  }
}

/** The status with which a proxy refused to connect; undici has it only in its message. */
function proxyRefusal(error: unknown): string | undefined {
  return error instanceof Error ? /^Proxy response \((\d+)\)/.exec(error.message)?.[1] : undefined;
}
