import { describe, expect, test } from 'vitest';
import { answerOf, expectRows, RELEASES, useRoastery } from '../setup.ts';
import { questions } from './questions.ts';

describe.each(RELEASES)('A question about the Roastery is answered with the numbers of its data, on %s:', (release) => {
  const roastery = useRoastery({ LIGHTDASH_PROJECT: 'Roastery' }, release);

  test.each(questions)('$text', async ({ tool = 'run_metric_query', args, sql, within, expected: says }) => {
    const expected = await roastery().data.rows(sql);
    expect(expected.length).toBeGreaterThan(0);
    const text = await answerOf(roastery(), tool, { ...args });
    expectRows(text, expected, within);
    if (says) expect(text).toMatch(says);
  });
});
