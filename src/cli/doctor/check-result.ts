import { LightdashError } from '../../lightdash/errors.ts';
import { OutOfScopeError } from '../../policy/policy-error.ts';
import { redact, type SecretString } from '../../secrets/secret-string.ts';
import { plainText } from '../../text/plain-text.ts';
import { ArgumentsError } from '../../tools/arguments.ts';

/** `skipped`: the check could not be made, or does not apply to the settings. */
type CheckStatus = 'ok' | 'warning' | 'failed' | 'skipped';

/** Result of one check. */
export interface CheckResult {
  /** Name of the check, one word. */
  readonly check: string;
  readonly status: CheckStatus;
  /** One or two sentences. */
  readonly message: string;
  /** Remedy. */
  readonly advice?: string;
}

/** Words, not signs: they survive every terminal, and can be searched for. */
const statusLabels: Readonly<Record<CheckStatus, string>> = {
  ok: 'ok',
  warning: 'warning',
  failed: 'FAILED',
  skipped: '-',
};

/** A result as one line, without secrets and control characters. */
export function checkResultLine(
  { check, status, message, advice }: CheckResult,
  secrets: readonly SecretString[],
): string {
  // Messages of Lightdash have no full stop.
  const sentence = /[.!?…]$/.test(message) ? message : `${message}.`;
  const text = advice ? `${sentence} ${advice}` : sentence;
  return `${statusLabels[status].padEnd(8)}${check.padEnd(10)}${redact(plainText(text), secrets)}`;
}

/** The result for an error, in the same words as for a tool's caller. */
export function failedBy(check: string, error: unknown): CheckResult {
  const result = (message: string, advice = ''): CheckResult => ({ check, status: 'failed', message, advice });
  if (error instanceof LightdashError) return result(error.message, error.advice);
  if (error instanceof OutOfScopeError) return result(error.message);
  // The problem names an argument; here it is a setting.
  if (error instanceof ArgumentsError) return result(error.problems.join('; ').replace(/^projectUuid:? /, ''));
  const name = error instanceof Error ? error.name : 'an unknown error';
  return result(`The check itself failed (${name}); this is a fault of lightdash-mcp.`);
}
