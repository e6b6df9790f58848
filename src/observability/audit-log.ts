import { openSync, writeSync } from 'node:fs';
import { isSecretName } from '../secrets/secret-arguments.ts';
import { redact, type SecretString } from '../secrets/secret-string.ts';
import { truncate } from '../text/plain-text.ts';

/** What one call of a tool came to; one JSON line each. */
export interface AuditRecord {
  /** ISO time at which the call ended. */
  readonly time: string;
  readonly tool: string;
  /** Lightdash's operationId, where the tool stands for one. */
  readonly operation?: string;
  readonly project?: string;
  /** Uuids and ids among the arguments. */
  readonly ids: Readonly<Record<string, string>>;
  /** `ok`, `refused` (nothing sent), `asked` (waits for confirmation), `declined`, or the kind of the error. */
  readonly outcome: string;
  /** HTTP status of the last answer. */
  readonly status?: number;
  readonly ms: number;
  /** How often a request was sent, at the most. */
  readonly attempts: number;
  readonly rows?: number;
  /** Bytes read from Lightdash. */
  readonly bytes: number;
  /** Of writes only; secrets replaced. */
  readonly arguments?: unknown;
}

/** Takes note of calls; must not throw. */
export interface Audit {
  write(record: AuditRecord): void;
  /** Why calls cannot be recorded any more; undefined while they can. Without a record nothing is called. */
  problem?(): string | undefined;
}

/**
 * Appends records to a file, readable by its owner alone. Who asks for an audit must not be without it unknowingly: the
 * file is opened at once, and when a record cannot be written, `problem` tells from then on.
 *
 * @throws the system's error where the file cannot be opened.
 */
export function openAuditLog(path: string, secrets: () => readonly SecretString[]): Audit {
  const file = openSync(path, 'a', 0o600);
  let problem: string | undefined;
  return {
    write(record) {
      try {
        // At once and whole: a line that waits in memory is lost with the process.
        writeSync(file, `${redact(JSON.stringify(record), secrets())}\n`);
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error);
      }
    },
    problem: () => problem,
  };
}

/** Arguments are recorded to this depth and length. */
const MAX_DEPTH = 12;
const MAX_TEXT_LENGTH = 2_000;
const MAX_ID_LENGTH = 100;

/** Arguments as a record may hold them: what a secret's name stands on is replaced, at any depth. */
export function withoutSecrets(value: unknown, name = '', depth = 0): unknown {
  if (isSecretName(name)) return '[secret]';
  if (typeof value === 'string') return truncate(value, MAX_TEXT_LENGTH);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[deeper]';
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, '', depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [truncate(key, MAX_ID_LENGTH), withoutSecrets(inner, key, depth + 1)]),
  );
}

/** The ids among the arguments of a call. */
export function idsOf(args: Readonly<Record<string, unknown>>): Record<string, string> {
  const ids = Object.entries(args).filter(
    ([name, value]) =>
      /(uuid|Id)$/i.test(name) && !isSecretName(name) && (typeof value === 'string' || typeof value === 'number'),
  );
  return Object.fromEntries(
    ids.map(([name, value]) => [truncate(name, MAX_ID_LENGTH), truncate(String(value), MAX_ID_LENGTH)]),
  );
}
