import { closeSync, constants, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { redact, type SecretString } from '../secrets/secret-string.ts';
import type { Audit, AuditRecord } from './audit-log.ts';

/** A file of records that can be opened anew, after another program has moved it away. */
export interface AuditFile extends Audit {
  /** Opens the path again; the file in use stays if that fails. @throws the system's error. */
  reopen(): void;
  /** Records every write that has begun and not ended. For the end of the process: synchronous. */
  close(): void;
}

/**
 * Appends records to a file; a new one is readable by its owner only. An audit must not be missing unnoticed: the file is
 * opened at once, and if a record cannot be written in full, `problem` says so from then on.
 *
 * @throws the system's error if it cannot be opened, also for a link, a pipe or a directory.
 */
export function openAuditFile(path: string, secrets: () => readonly SecretString[]): AuditFile {
  let file = open(path);
  let problem: string | undefined;
  const begun = new Map<string, AuditRecord>();

  const append = (record: AuditRecord, isDurable: boolean) => {
    try {
      // At once and whole: a line that waits in memory is lost with the process.
      writeWhole(file, `${redact(JSON.stringify(record), secrets())}\n`);
      if (isDurable) flush(file);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
  };
  return {
    write(record) {
      const { call, outcome } = record;
      if (outcome === 'started') begun.set(call, record);
      else begun.delete(call);
      append(record, outcome === 'started');
    },
    problem: () => problem,
    reopen() {
      const next = open(path);
      closeSync(file);
      file = next;
      problem = undefined;
    },
    close() {
      const time = new Date().toISOString();
      for (const record of begun.values()) append({ ...record, time, outcome: 'interrupted' }, false);
      begun.clear();
    },
  };
}

/** `O_NOFOLLOW` refuses links; with `O_NONBLOCK` a pipe without a reader does not hold the start up. Windows has neither. */
const FLAGS =
  constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

function open(path: string): number {
  const file = openSync(path, FLAGS, 0o600);
  const status = fstatSync(file);
  if (!status.isFile() && !status.isCharacterDevice()) {
    closeSync(file);
    throw Object.assign(new Error('not a file'), { code: 'NOT_A_FILE' });
  }
  endTornLine(file, status.size);
  return file;
}

/** A run that was killed in the middle of a line must not spoil the first line of this one. */
function endTornLine(file: number, size: number): void {
  if (size === 0) return;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  if (last.toString() !== '\n') writeWhole(file, '\n');
}

/** A full disk may take a part of a line and report no error. */
function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) {
    const count = writeSync(file, bytes, written);
    if (count === 0) throw new Error('nothing more can be written');
    written += count;
  }
}

function flush(file: number): void {
  try {
    fdatasyncSync(file);
  } catch (error) {
    // Devices have nothing to flush.
    if (!(error instanceof Error && 'code' in error && error.code === 'EINVAL')) throw error;
  }
}
