import { readFileSync } from 'node:fs';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, test } from 'vitest';
import { answerOf, useRoastery } from '../e2e/setup.ts';

const page = new URL('../../docs/querying.md', import.meta.url);
const roastery = useRoastery();

/** A question as JSON, and below it the place of its answer. */
const exchange = /```json\n([\s\S]*?)```\n\n```text\n[\s\S]*?```/g;

test('the conversation in the README matches the demo, at the stated cost', async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, question = '', tokens, answer] =
    /```json\n([\s\S]*?)```\n\nand gets, in (\d+) tokens:\n\n```text\n([\s\S]*?)\n```/.exec(readme) ?? [];
  expect(await answerOf(roastery(), 'run_metric_query', { projectUuid: 'Roastery', ...JSON.parse(question) })).toBe(
    answer,
  );
  expect(countTokens(answer ?? '')).toBe(Number(tokens));
});

// `npx vitest run test/docs -u` writes the answers.
test('every question in docs/querying.md is answered as the page says', async () => {
  const text = readFileSync(page, 'utf8');
  expect(text.match(/```json\n/g)).toHaveLength(text.match(exchange)?.length ?? 0);
  let answered = text;
  for (const [block, question = ''] of text.matchAll(exchange)) {
    const answer = await answerOf(roastery(), 'run_metric_query', { projectUuid: 'Roastery', ...JSON.parse(question) });
    answered = answered.replace(block, () => `\`\`\`json\n${question}\`\`\`\n\n\`\`\`text\n${answer}\n\`\`\``);
  }
  await expect(answered).toMatchFileSnapshot('../../docs/querying.md');
});
