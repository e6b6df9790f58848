import type { Logger } from 'pino';
import { redact, type SecretString } from '../secrets/secret-string.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;

/** Writes one JSON line to stderr: named values and a sentence. */
export type Log = Readonly<Record<(typeof levels)[number], (values: object, sentence: string) => void>>;

/** A log of the process, whose last lines can be waited for before it ends. */
export interface ProcessLog extends Log {
  /** Resolves when every line so far is written. */
  written(): Promise<void>;
}

/**
 * A logger that writes JSON lines to stderr, every secret replaced. Stdout belongs to the protocol.
 *
 * @param level the least level that is written, or `silent`.
 * @param secrets read at each line: a rotated token becomes one too.
 */
export function createLog(level: string, secrets: () => readonly SecretString[]): ProcessLog {
  // pino takes 27 ms to load: it is loaded with the first line, not at start.
  let logger: Promise<Logger> | undefined;
  let lastLine = Promise.resolve();
  // biome-ignore lint/complexity/useIndexOf: the level may be none of the list, 'silent'
  const threshold = levels.findIndex((name) => name === level);
  const writer = (at: (typeof levels)[number]) => (values: object, sentence: string) => {
    if (threshold === -1 || levels.indexOf(at) < threshold) return;
    logger ??= open(level, secrets);
    // A failure of the log must not end the process.
    lastLine = logger.then((opened) => opened[at](values, sentence)).catch(() => undefined);
  };
  return {
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    written: () => lastLine,
  };
}

async function open(level: string, secrets: () => readonly SecretString[]): Promise<Logger> {
  const { default: pino } = await import('pino');
  const stderr = pino.destination({ dest: 2, sync: true });
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => stderr.write(redact(line, secrets())) },
  );
}
