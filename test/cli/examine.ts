import { doctor } from '../../src/cli/doctor/doctor.ts';
import { doctorContext, type ProcessEnvironment } from '../../src/cli/doctor/doctor-context.ts';
import { readCommand } from '../../src/config/command-line.ts';
import { LightdashClient } from '../../src/lightdash/client.ts';

/** The doctor's report: every line by its check (mark, finding and remedy), and the exit code. */
export interface Examined {
  readonly code: number;
  readonly lines: readonly string[];
  /** The line of a check, without its name: `ok …`, `FAILED …`. */
  lineOf(check: string): string;
}

/** Lets the doctor examine these settings inside of this process. */
export async function examine(
  environment: Readonly<Record<string, string>>,
  circumstances: Partial<ProcessEnvironment> = {},
): Promise<Examined> {
  const command = readCommand(['doctor'], environment);
  if (command.command !== 'doctor') throw new Error('not the doctor');
  const { config } = command;
  const proxy = circumstances.proxy ?? {};
  const options = { credentials: config, timeoutMs: config.timeout * 1_000, userAgent: 'lightdash-mcp/test', proxy };
  const lightdash = new LightdashClient({ ...config, ...options });
  const defaults = { nodeVersion: '20.18.1', proxy, trustsEveryone: false, now: Date.now };
  const lines: string[] = [];
  try {
    const subject = doctorContext(config, lightdash, { ...defaults, ...circumstances });
    const code = await doctor(subject, (line) => lines.push(line));
    const lineOf = (check: string) => {
      const line = lines.find((line) => line.slice(8).startsWith(`${check} `));
      if (line === undefined) throw new Error(`nothing about ${check} in\n${lines.join('\n')}`);
      return `${line.slice(0, 8).trim()} ${line.slice(18)}`;
    };
    return { code, lines, lineOf: lineOf };
  } finally {
    await lightdash.close();
  }
}
