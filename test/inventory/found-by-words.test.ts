import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { toolDefinitions } from '../../src/inventory/tool-entries.ts';
import { createToolRanking, rankedPlaces } from './bm25.ts';
import { administrators, analysts, everyday, later, type Sentence } from './sentences.ts';

// Hosts that defer tools rank them by words and show a model the first few.

const FIRST_FEW = 5;

const blind: readonly Sentence[] = z
  .array(z.tuple([z.string()], z.string()))
  .parse(JSON.parse(readFileSync(new URL('blind-sentences.json', import.meta.url), 'utf8')));

const placesOf = (sentences: readonly Sentence[], withTitle: boolean) =>
  rankedPlaces(sentences, createToolRanking(toolDefinitions, { withTitle }), FIRST_FEW);

describe.each([
  { who: 'analysts', sentences: analysts },
  { who: 'administrators', sentences: administrators },
])('sentences by $who', ({ sentences }) => {
  test('name existing tools', () => {
    const names = toolDefinitions.map(({ name }) => name);
    for (const [words, best] of sentences) expect(names, words).toContain(best);
  });

  test('bring the right tool into the first five, mostly to the first place', () => {
    const { first, firstFew, missed } = placesOf(sentences, true);
    expect(firstFew, missed.join('; ')).toBeGreaterThanOrEqual(0.95);
    expect(first).toBeGreaterThanOrEqual(0.85);
  });

  test('do so mostly for rankers that ignore titles, too', () => {
    const { firstFew, missed } = placesOf(sentences, false);
    expect(firstFew, missed.join('; ')).toBeGreaterThanOrEqual(0.8);
  });
});

test('sentences unknown to the authors of the texts bring the right tool, too', () => {
  const { firstFew, missed } = placesOf(later, true);
  expect(firstFew, missed.join('; ')).toBeGreaterThanOrEqual(0.8);
});

test('everyday sentences bring the right tool into the first five, mostly to the first place', () => {
  const { first, firstFew, missed } = placesOf(everyday, true);
  expect(firstFew, missed.join('; ')).toBeGreaterThanOrEqual(0.85);
  expect(first).toBeGreaterThanOrEqual(0.6);
});

test('sentences written from the tool names alone mostly bring the right tool, too', () => {
  const { first, firstFew, missed } = placesOf(blind, true);
  expect(firstFew, missed.join('; ')).toBeGreaterThanOrEqual(0.8);
  expect(first).toBeGreaterThanOrEqual(0.5);
});
