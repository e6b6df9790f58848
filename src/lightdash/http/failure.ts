import {
  CancelledError,
  type LightdashError,
  NotJsonError,
  TimedOutError,
  UnreachableError,
  UntrustedCertificateError,
} from '../errors.ts';

/** How far a request had come when it failed. */
export type Phase = 'signing in' | 'waiting' | 'connecting' | 'sending' | 'reading';

/** Whether anything of a request can have reached the server. */
export const wasSent = (phase: Phase): boolean => phase === 'sending' || phase === 'reading';

/** The system's or undici's code of a failure, looked for through its causes (`ECONNREFUSED`, `UND_ERR_SOCKET`, …). */
export function failureCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof AggregateError && at.errors.length > 0) return failureCode(at.errors[0]);
    if ('code' in at && typeof at.code === 'string') return at.code;
    // undici leaves the code away where its table lacks the parser's number.
    if (at.name === 'HTTPParserError') return 'HPE_INVALID';
    // A sign-in that several calls wait for has a deadline of its own.
    if (at.name === 'TimeoutError') return 'ETIMEDOUT';
  }
  return undefined;
}

const certificateFault = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|PRX_TLS/;

export interface FailureContext {
  readonly origin: string;
  readonly readOnly: boolean;
  readonly phase: Phase;
  /** What ended the request from our side, if anything did. */
  readonly stopped: 'deadline' | 'cancelled' | undefined;
  /** Milliseconds since the call began. */
  readonly waitedMs: number;
}

/** The error class that a failed connection, a timeout or a cancellation stands for. */
export function transportFailure(error: unknown, context: FailureContext): LightdashError {
  const { origin, phase } = context;
  const code = failureCode(error);
  const outcomeUnknown = !context.readOnly && wasSent(phase);

  if (context.stopped === 'deadline') {
    const { what, advice } = outOfTime(phase, origin, Math.round(context.waitedMs / 1_000));
    return new TimedOutError(what, { outcomeUnknown, advice });
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
      return new UnreachableError(`Nothing answers at ${origin}.`, {
        advice: 'Lightdash may be down, or LIGHTDASH_URL, the VPN or the proxy is wrong. Nothing was sent.',
      });
    case 'UND_ERR_CONNECT_TIMEOUT':
      return new TimedOutError(`No connection to ${origin} came about in time.`, {
        advice: 'Check the network, the VPN or the proxy. Nothing was sent.',
      });
    case 'UND_ERR_BODY_TIMEOUT':
      return new TimedOutError('Lightdash stopped in the middle of its answer.', {
        outcomeUnknown,
        advice: 'Try again; if it happens again, ask for less at once.',
      });
    case 'UND_ERR_HEADERS_TIMEOUT':
      return new TimedOutError('Lightdash took the request and gave no answer in time.', { outcomeUnknown });
    default:
  }
  const refusedWith = proxyRefusal(error);
  if (refusedWith !== undefined) {
    return new UnreachableError(`The proxy does not let through to ${origin} (${refusedWith}).`, {
      advice: `${
        refusedWith === '407'
          ? 'It wants a sign-in: put user and password into its address, http://user:password@proxy:port.'
          : 'Check HTTPS_PROXY and HTTP_PROXY, or name the host in NO_PROXY.'
      } Nothing was sent.`,
    });
  }
  if (code === 'EPROTO' || code?.startsWith('ERR_SSL')) {
    return new UnreachableError(`What answers at ${origin} does not speak TLS as it should (${code}).`, {
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
    return new NotJsonError(`What answers at ${origin} does not speak HTTP (${code}).`, { outcomeUnknown });
  }
  return new UnreachableError(`The connection to ${origin} broke${code ? ` (${code})` : ''}.`, {
    outcomeUnknown,
    advice: `Try again; if it stays, check the network, the proxy if there is one, and whether Lightdash is restarting.${wasSent(phase) ? '' : ' Nothing was sent.'}`,
  });
}

/** What a call was doing when its time ran out. */
function outOfTime(phase: Phase, origin: string, seconds: number): { what: string; advice: string } {
  const ask = 'Ask for less (narrower filters, fewer rows), or raise LIGHTDASH_TIMEOUT.';
  switch (phase) {
    case 'signing in':
      return {
        what: `Signing in to Lightdash took longer than ${seconds} s.`,
        advice: 'Nothing else was sent. Lightdash may be busy or restarting; try again later.',
      };
    case 'waiting':
      return {
        what: `Other calls kept every connection to Lightdash busy for ${seconds} s.`,
        advice: 'Nothing was sent. Ask for fewer things at the same time, or raise LIGHTDASH_TIMEOUT.',
      };
    case 'connecting':
      return {
        what: `No connection to ${origin} came about within ${seconds} s.`,
        advice: 'Check the network, the VPN or the proxy. Nothing was sent.',
      };
    case 'sending':
      return { what: `Lightdash gave no answer within ${seconds} s.`, advice: ask };
    case 'reading':
      return { what: `Lightdash began to answer but did not finish within ${seconds} s.`, advice: ask };
  }
}

/** The status with which a proxy refused to connect, which undici tells in words alone. */
function proxyRefusal(error: unknown): string | undefined {
  return error instanceof Error ? /^Proxy response \((\d+)\)/.exec(error.message)?.[1] : undefined;
}
