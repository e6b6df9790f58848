import { LightdashError } from '../../lightdash/errors.ts';
import { OutOfScopeError } from '../../policy/policy-error.ts';
import { redact, type SecretString } from '../../secrets/secret-string.ts';
import { plainText } from '../../text/plain-text.ts';
import { ArgumentsError } from '../../tools/arguments.ts';

/** What a check came to; `skipped` where it could not be made, or nothing was set that it would check. */
type CheckStatus = 'ok' | 'warning' | 'failed' | 'skipped';

/** What a check found. */
export interface CheckResult {
  /** What was checked, in a word. */
  readonly check: string;
  readonly mark: CheckStatus;
  /** One or two sentences. */
  readonly found: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** Words, not signs: they survive every terminal, and can be searched for. */
const shown: Readonly<Record<CheckStatus, string>> = { ok: 'ok', warning: 'warning', failed: 'FAILED', skipped: '-' };

/** A finding as one line, without any secret and without what a terminal would act on. */
export function checkResultLine({ check, mark, found, advice }: CheckResult, secrets: readonly SecretString[]): string {
  // What Lightdash says of itself has no full stop.
  const sentence = /[.!?…]$/.test(found) ? found : `${found}.`;
  const text = advice ? `${sentence} ${advice}` : sentence;
  return `${shown[mark].padEnd(8)}${check.padEnd(10)}${redact(plainText(text), secrets)}`;
}

/** The finding that an error stands for, in the words that a tool's caller would be told. */
export function failedBy(check: string, error: unknown): CheckResult {
  const finding = (found: string, advice = ''): CheckResult => ({ check, mark: 'failed', found, advice });
  if (error instanceof LightdashError) return finding(error.message, error.advice);
  if (error instanceof OutOfScopeError) return finding(error.message);
  // The problem is told of an argument; here it is a setting.
  if (error instanceof ArgumentsError) return finding(error.problems.join('; ').replace(/^projectUuid:? /, ''));
  const name = error instanceof Error ? error.name : 'an unknown error';
  return finding(`The check itself failed (${name}); this is a fault of lightdash-mcp.`);
}
