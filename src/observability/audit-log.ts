import { isSecretName } from '../secrets/secret-arguments.ts';
import { truncate } from '../text/plain-text.ts';

/** One request of a host that may have led to a request to Lightdash; one JSON line. A write has two, before and after. */
export interface AuditRecord {
  /** ISO time at which the line was written. */
  readonly time: string;
  /** Ties the two lines of a write together. */
  readonly call: string;
  /** MCP method: `tools/call`, `resources/read`, `completion/complete` … */
  readonly method: string;
  /** Name and version of the host's program, as it says itself. */
  readonly host?: string;
  readonly tool?: string;
  /** Lightdash's operationId, if the tool stands for one. */
  readonly operation?: string;
  /** Of other methods: address of the resource, name of the prompt or of the argument. */
  readonly target?: string;
  readonly project?: string;
  /** Uuids and ids among the arguments. */
  readonly ids: Readonly<Record<string, string>>;
  /**
   * `started` (a write, before it is sent), `ok`, `refused` (nothing sent), `asked` (waits for confirmation), `declined`,
   * `interrupted` (the process ended meanwhile), or the kind of the error.
   */
  readonly outcome: string;
  /** HTTP status of the last response. */
  readonly status?: number;
  readonly ms: number;
  /** Maximum number of attempts of a request. */
  readonly attempts: number;
  readonly rows?: number;
  /** Bytes read from Lightdash. */
  readonly bytes: number;
  /** Of writes only; secrets replaced. */
  readonly arguments?: unknown;
}

/** Receives records; must not throw. */
export interface Audit {
  /** True if neither a log nor a file takes records: none need be made. */
  readonly isOff?: boolean;
  write(record: AuditRecord): void;
  /** Reason if calls cannot be recorded any more; tools are then not called. */
  problem?(): string | undefined;
}

/** Limits of recorded arguments. */
const MAX_DEPTH = 12;
const MAX_TEXT_LENGTH = 2_000;
const MAX_ID_LENGTH = 100;

/** Arguments for a record: values with a secret's name are replaced at any depth. */
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
