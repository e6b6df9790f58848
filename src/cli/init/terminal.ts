import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** A terminal, possibly without a user. */
export interface Terminal {
  /** True if a user can answer prompts. */
  readonly interactive: boolean;
  write(line: string): void;
  /** Prompts for a line; undefined if the user aborts (Ctrl-C, end of input). `hidden` input is not shown. */
  prompt(question: string, options?: { readonly hidden: boolean }): Promise<string | undefined>;
}

type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };
type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** The terminal that a process runs in. */
export function terminalOf(input: Input, output: Output): Terminal {
  return {
    interactive: input.isTTY === true && output.isTTY === true,
    write: (line) => void output.write(`${line}\n`),
    prompt(question, { hidden } = { hidden: false }) {
      // Readline turns the terminal's echo off and echoes keys to its output, which is silent here.
      const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
      if (hidden) output.write(question);
      const lines = createInterface({ input, output: hidden ? silent : output, terminal: true, historySize: 0 });
      return new Promise((resolve) => {
        let line: string | undefined;
        lines.question(hidden ? '' : question, (typed) => {
          line = typed.trim();
          lines.close();
        });
        lines.once('SIGINT', () => lines.close());
        lines.once('close', () => {
          // Ends the line of a hidden or aborted prompt.
          if (hidden || line === undefined) output.write('\n');
          resolve(line);
        });
      });
    },
  };
}
