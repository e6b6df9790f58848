import { createWriteStream, type WriteStream } from 'node:fs';
import { redact, type SecretString } from './lightdash/secret.ts';

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

/** Takes a record; must not throw. */
export type Audit = (record: AuditRecord) => void;

/**
 * Appends records to a file, opened with the first one and readable by its owner alone.
 *
 * @param failed told once if the file cannot be written.
 */
export function auditFile(path: string, secrets: () => readonly SecretString[], failed: (error: Error) => void): Audit {
  let file: WriteStream | undefined;
  return (record) => {
    file ??= createWriteStream(path, { flags: 'a', mode: 0o600 }).once('error', failed);
    file.write(`${redact(JSON.stringify(record), secrets())}\n`);
  };
}

const secretName = /password|token|secret|credentials|keyfile|passcode|cookie/i;

/** Arguments as a record may hold them: what a secret's name stands on is replaced, at any depth. */
export function withoutSecrets(value: unknown, name = ''): unknown {
  // An id that only mentions a token (personalAccessTokenUuid) is none.
  if (secretName.test(name) && !/uuid$/i.test(name)) return '[secret]';
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner, key)]));
}

/** The ids among the arguments of a call. */
export function idsOf(args: Readonly<Record<string, unknown>>): Record<string, string> {
  const ids = Object.entries(args).filter(([name, value]) => /(uuid|Id)$/i.test(name) && typeof value !== 'object');
  return Object.fromEntries(ids.map(([name, value]) => [name, String(value)]));
}
