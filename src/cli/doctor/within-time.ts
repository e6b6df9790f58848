import { untilAborted } from '../../async/abort.ts';
import { TimedOutError } from '../../lightdash/errors.ts';
import type { DoctorContext } from './doctor-context.ts';

/**
 * Result of a check, which may take the time of one check at most. Its requests may still be under way afterwards.
 *
 * @throws {TimedOutError} once the time is over.
 */
export function withinTime<Result>(
  { checkTimeoutMs }: Pick<DoctorContext, 'checkTimeoutMs'>,
  check: () => Promise<Result>,
): Promise<Result> {
  const timedOut = () =>
    new TimedOutError(`No answer within ${checkTimeoutMs / 1_000} s.`, {
      advice:
        'Lightdash, or something before it (VPN, proxy, firewall), holds the connection: try the address in a browser on this machine.',
    });
  return untilAborted(check(), AbortSignal.timeout(checkTimeoutMs), timedOut);
}
