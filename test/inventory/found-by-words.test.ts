import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { toolDefinitions } from '../../src/inventory/tool-entries.ts';
import { createToolRanking } from './bm25.ts';
import { administrators, analysts, everyday, later, type Sentence } from './sentences.ts';

// Hosts that defer tools rank them by words and show a model the first few.

const FIRST_FEW = 5;

const blind: readonly Sentence[] = z
  .array(z.tuple([z.string()], z.string()))
  .parse(JSON.parse(readFileSync(new URL('blind-sentences.json', import.meta.url), 'utf8')));

function placesOf(sentences: readonly Sentence[], withTitle: boolean) {
  const rank = createToolRanking(toolDefinitions, { withTitle });
  const places = sentences.map(([words, ...tools]) => {
    const ranked = rank(words);
    const places = tools.map((tool) => ranked.indexOf(tool)).filter((place) => place >= 0);
    return { words, place: places.length > 0 ? Math.min(...places) : Number.POSITIVE_INFINITY };
  });
  const shareWithin = (count: number) => places.filter(({ place }) => place < count).length / places.length;
  return {
    first: shareWithin(1),
    firstFew: shareWithin(FIRST_FEW),
    missed: places.filter(({ place }) => place >= FIRST_FEW).map(({ words }) => words),
  };
}

describe.each([
  { who: 'analysts', sentences: analysts },
  { who: 'administrators', sentences: administrators },
])('what $who say', ({ sentences }) => {
  test('names tools that there are', () => {
    const names = toolDefinitions.map(({ name }) => name);
    for (const [words, best] of sentences) expect(names, words).toContain(best);
  });

  test('brings the right tool into the first five, mostly to the first place', () => {
    const { first, firstFew, missed } = placesOf(sentences, true);
    expect(firstFew, missed.join('; ')).toBeGreaterThanOrEqual(0.95);
    expect(first).toBeGreaterThanOrEqual(0.85);
  });

  test('does so mostly for rankers that leave out titles, too', () => {
    const { firstFew, missed } = placesOf(sentences, false);
    expect(firstFew, missed.join('; ')).toBeGreaterThanOrEqual(0.8);
  });
});

test('sentences that the texts were not written for bring the right tool, too', () => {
  const { firstFew, missed } = placesOf(later, true);
  expect(firstFew, missed.join('; ')).toBeGreaterThanOrEqual(0.8);
});

test('what people say from day to day brings the right tool into the first five, and mostly to the first place', () => {
  const { first, firstFew, missed } = placesOf(everyday, true);
  expect(firstFew, missed.join('; ')).toBeGreaterThanOrEqual(0.85);
  expect(first).toBeGreaterThanOrEqual(0.6);
});

test('sentences of someone who had seen only the names of the tools mostly bring the right one, too', () => {
  const { first, firstFew, missed } = placesOf(blind, true);
  expect(firstFew, missed.join('; ')).toBeGreaterThanOrEqual(0.8);
  expect(first).toBeGreaterThanOrEqual(0.5);
});
