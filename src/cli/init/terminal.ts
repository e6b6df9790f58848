import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** A person at a terminal, or nobody. */
export interface Terminal {
  /** Whether somebody is there to answer. */
  readonly interactive: boolean;
  write(line: string): void;
  /** Asks for a line; undefined when the person gives up (Ctrl-C, end of input). Hidden, nothing of it is shown. */
  ask(question: string, how?: { readonly hidden: boolean }): Promise<string | undefined>;
}

type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };
type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** The terminal that a process runs in. */
export function terminalOf(input: Input, output: Output): Terminal {
  return {
    interactive: input.isTTY === true && output.isTTY === true,
    write: (line) => void output.write(`${line}\n`),
    ask(question, { hidden } = { hidden: false }) {
      // Readline sets the terminal so that it does not show keys itself, and shows them on its output: here is none.
      const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
      if (hidden) output.write(question);
      const lines = createInterface({ input, output: hidden ? silent : output, terminal: true, historySize: 0 });
      return new Promise((answered) => {
        let line: string | undefined;
        lines.question(hidden ? '' : question, (typed) => {
          line = typed.trim();
          lines.close();
        });
        lines.once('SIGINT', () => lines.close());
        lines.once('close', () => {
          // The end of a line that was not shown, or was given up.
          if (hidden || line === undefined) output.write('\n');
          answered(line);
        });
      });
    },
  };
}
