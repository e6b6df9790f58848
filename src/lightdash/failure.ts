import {
  CancelledError,
  type LightdashError,
  NotJsonError,
  TimedOutError,
  UnreachableError,
  UntrustedCertificateError,
} from './errors.ts';
import { nothingArrived } from './retry.ts';

/** How far a request had come when it failed. */
export type Phase = 'signing in' | 'sending' | 'reading';

/** The system's or undici's code of a failure, looked for through its causes (`ECONNREFUSED`, `UND_ERR_SOCKET`, …). */
export function failureCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof AggregateError && at.errors.length > 0) return failureCode(at.errors[0]);
    if ('code' in at && typeof at.code === 'string') return at.code;
    // undici leaves the code away where its table lacks the parser's number.
    if (at.name === 'HTTPParserError') return 'HPE_INVALID';
  }
  return undefined;
}

const certificateFault = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL/;

export interface FailureContext {
  readonly origin: string;
  readonly readOnly: boolean;
  readonly phase: Phase;
  /** What ended the request from our side, if anything did. */
  readonly stopped: 'deadline' | 'cancelled' | undefined;
  readonly timeoutMs: number;
  readonly attempts: number;
}

/** The error class that a failed connection, a timeout or a cancellation stands for. */
export function transportFailure(error: unknown, context: FailureContext): LightdashError {
  const { origin, phase } = context;
  const code = failureCode(error);
  const mayHaveHappened = !context.readOnly && phase !== 'signing in' && !nothingArrived(code);
  const tried = context.attempts > 1 ? ` (${context.attempts} attempts)` : '';
  const seconds = Math.round(context.timeoutMs / 1_000);

  if (context.stopped === 'deadline') {
    const what =
      phase === 'reading'
        ? `Lightdash began to answer but did not finish within ${seconds} s${tried}.`
        : `Lightdash gave no answer within ${seconds} s${tried}.`;
    return new TimedOutError(what, {
      mayHaveHappened,
      advice: 'Ask for less (narrower filters, fewer rows), or raise LIGHTDASH_TIMEOUT.',
    });
  }
  if (context.stopped === 'cancelled') {
    return new CancelledError('The call was cancelled.', { mayHaveHappened });
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
      return new UnreachableError(`Nothing answers at ${origin}${tried}.`, {
        advice: 'Lightdash may be down, or LIGHTDASH_URL or the VPN is wrong. Nothing was sent.',
      });
    case 'UND_ERR_CONNECT_TIMEOUT':
      return new TimedOutError(`No connection to ${origin} came about in time${tried}.`, {
        advice: 'Check the network, the VPN or the proxy. Nothing was sent.',
      });
    case 'UND_ERR_BODY_TIMEOUT':
      return new TimedOutError('Lightdash stopped in the middle of its answer.', {
        mayHaveHappened,
        advice: 'Try again; if it happens again, ask for less at once.',
      });
    case 'UND_ERR_HEADERS_TIMEOUT':
      return new TimedOutError('Lightdash took the request and gave no answer in time.', { mayHaveHappened });
    default:
  }
  if (code && certificateFault.test(code)) {
    return new UntrustedCertificateError(`The certificate of ${origin} is not trusted (${code}).`, {
      advice:
        'If your organization has its own certificate authority, set NODE_EXTRA_CA_CERTS to its file. Nothing was sent.',
    });
  }
  if (code?.startsWith('HPE_')) {
    return new NotJsonError(`What answers at ${origin} does not speak HTTP (${code}).`, { mayHaveHappened });
  }
  return new UnreachableError(`The connection to ${origin} broke${tried}${code ? ` (${code})` : ''}.`, {
    mayHaveHappened,
    advice: 'Try again; if it stays, check the network and whether Lightdash is restarting.',
  });
}
