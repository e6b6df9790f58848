import { userInfo } from 'node:os';
import { nodeCrypto } from '../secrets/node-crypto.ts';
import type { SecretString } from '../secrets/secret-string.ts';
import type { AuditFile } from './audit-file.ts';
import type { Audit } from './audit-log.ts';
import type { Log } from './log.ts';

/** On whose behalf this process acts: the same for all its records. */
interface AuditActor {
  /** Account of the operating system. */
  readonly user: string;
  /** E-mail address that signs in, or a fingerprint of the token, which identifies it without revealing it. */
  readonly account?: string;
}

/** The account of the audit records: the e-mail, else the first 12 digits of the SHA-256 of the token. */
export function auditActor(credentials: { readonly email?: string; readonly apiKey?: SecretString }): AuditActor {
  const { email, apiKey } = credentials;
  const digest = apiKey && sha256(apiKey.reveal()).slice(0, 12);
  const account = email ?? (digest && `token ${digest}`);
  return { user: userName(), ...(account !== undefined && { account }) };
}

const sha256 = (text: string): string => nodeCrypto().createHash('sha256').update(text).digest('hex');

/** An account without an entry in the system's list, as containers have, goes by its number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** The audit of a process without a log or file for its records. */
export const NO_AUDIT: Audit = { isOff: true, write: () => undefined };

/** Writes each record to the log, and to the file if there is one. */
export function createAuditTrail(log: Log, file: AuditFile | undefined, actorOf: () => AuditActor): Audit {
  let actor: AuditActor | undefined;
  return {
    write(record) {
      actor ??= actorOf();
      const line = { ...record, ...actor };
      log.info(line, 'call');
      file?.write(line);
      const reason = file?.problem?.();
      if (reason !== undefined) log.error({ reason }, 'the audit log cannot be written; nothing is called any more');
    },
    problem: () => file?.problem?.(),
  };
}
