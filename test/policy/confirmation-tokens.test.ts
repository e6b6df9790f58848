import { expect, test } from 'vitest';
import { ConfirmationTokens } from '../../src/policy/confirmation-tokens.ts';
import { tools } from '../../src/tools/index.ts';

const [tool, otherTool] = tools;
if (tool === undefined || otherTool === undefined) throw new Error('no tools');
const args = { projectUuid: 'a', spaceUuid: 'b' };
const preview = 'Deletes the space "Sales".';
const TEN_MINUTES = 10 * 60_000;

test('a token is valid for its call, once', () => {
  const tokens = new ConfirmationTokens();
  const token = tokens.issue(tool, args, preview);
  expect(tokens.consume(token, tool, { ...args }, preview)).toBe(true);
  expect(tokens.consume(token, tool, args, preview)).toBe(false);
});

test.each([
  ['tool', otherTool, args, preview],
  ['arguments', tool, { ...args, spaceUuid: 'c' }, preview],
  ['preview', tool, args, `${preview} With 1 chart.`],
] as const)('a token used for a call with another %s is refused, and spent', (_, calledTool, calledArgs, shown) => {
  const tokens = new ConfirmationTokens();
  const token = tokens.issue(tool, args, preview);
  expect(tokens.consume(token, calledTool, calledArgs, shown)).toBe(false);
  expect(tokens.consume(token, tool, args, preview)).toBe(false);
});

test.each([
  [TEN_MINUTES - 1, true],
  [TEN_MINUTES + 1, false],
])('a token after %i ms is valid: %s', (elapsed, isGood) => {
  let now = 1_000_000;
  const tokens = new ConfirmationTokens(() => now);
  const token = tokens.issue(tool, args, preview);
  now += elapsed;
  expect(tokens.consume(token, tool, args, preview)).toBe(isGood);
});

test('a token that was not issued is invalid', () => {
  expect(new ConfirmationTokens().consume('made up', tool, args, preview)).toBe(false);
});
