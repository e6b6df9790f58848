import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { terminalOf } from '../../src/cli/init/terminal.ts';

/** A terminal whose keys are pressed by the test, and what it shows. */
function fakeTerminal() {
  const keys = Object.assign(new PassThrough(), { isTTY: true });
  const screen = Object.assign(new PassThrough(), { isTTY: true });
  let shown = '';
  screen.on('data', (chunk) => {
    shown += String(chunk);
  });
  return { terminal: terminalOf(keys, screen), press: (text: string) => void keys.write(text), shown: () => shown };
}

test('an answer is the typed text, trimmed', async () => {
  const { terminal, press, shown } = fakeTerminal();
  const answer = terminal.prompt('Address: ');
  press(' https://bi.example \r');
  expect(await answer).toBe('https://bi.example');
  expect(shown()).toContain('Address: ');
  expect(shown()).toContain('https://bi.example');
});

test('a hidden answer is never shown, even while it is corrected', async () => {
  const { terminal, press, shown } = fakeTerminal();
  const answer = terminal.prompt('Token: ', { hidden: true });
  press('ldpat_plantec\u007fd\r');
  expect(await answer).toBe('ldpat_planted');
  expect(shown()).toBe('Token: \n');
});

test('prompts can follow each other', async () => {
  const { terminal, press } = fakeTerminal();
  const first = terminal.prompt('One: ', { hidden: true });
  press('1\r');
  expect(await first).toBe('1');
  const second = terminal.prompt('Two: ');
  press('2\r');
  expect(await second).toBe('2');
});

test.each([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
])('%s cancels, shown or hidden', async (_, key) => {
  for (const hidden of [true, false]) {
    const { terminal, press, shown } = fakeTerminal();
    const answer = terminal.prompt('Token: ', { hidden });
    press(key);
    expect(await answer).toBeUndefined();
    expect(shown().endsWith('\n')).toBe(true);
  }
});

test('it is interactive only if both sides are a terminal', () => {
  const [pipe, tty] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY: true })];
  expect(terminalOf(tty, tty).interactive).toBe(true);
  expect(terminalOf(pipe, tty).interactive).toBe(false);
  expect(terminalOf(tty, pipe).interactive).toBe(false);
});
