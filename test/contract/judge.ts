import { expect } from 'vitest';
import * as z from 'zod';
import type { ToolAnswer } from '../helpers/client.ts';
import { expectNote } from '../helpers/notes.ts';
import type { Exchange } from '../helpers/recordings.ts';
import type { ReplayServer } from '../helpers/replay-server.ts';
import { saysWhatCame, saysWhy, unsaidItems } from './key-facts.ts';
import type { Outcome } from './tally.ts';

/** Exchanges by `operation: note` that go otherwise than they were recorded, with the reason or with what the answer says. */
export interface SpecialCases {
  /** Requests that Lightdash took and the tools refuse. */
  readonly refusedOnPurpose: Readonly<Record<string, string>>;
  /** Requests that are completed or mended before they are sent. */
  readonly mended: Readonly<Record<string, string>>;
  /** Answers by a state that the recordings lack. */
  readonly otherwise: Readonly<Record<string, string>>;
  /** Lists of which the tools show a part. */
  readonly filtered: Readonly<Record<string, string>>;
}

/** Checks that a call went as its recording says, and returns in which way. */
export function judge(
  {
    replay,
    cases: { mended, otherwise, refusedOnPurpose, filtered },
  }: { readonly replay: ReplayServer; readonly cases: SpecialCases },
  exchange: Exchange,
  answer: ToolAnswer,
  special: string,
  args: Record<string, unknown>,
): Outcome {
  const succeeded = exchange.response.status < 400;
  const complaints = replay.complaints();
  if (special in mended) {
    // The server makes another request of the call than was recorded: a good one.
    expect(answer.isError, answer.text).toBe(false);
    return 'mended';
  }
  if (special in otherwise) {
    expect(complaints).toEqual([]);
    expect(answer.text).toContain(otherwise[special]);
    return replay.answered ? 'result' : 'refused';
  }
  expect(complaints, `not recorded: ${complaints.join('; ')}`).toEqual([]);
  expect(answer.isError, answer.text).toBe(!succeeded || special in refusedOnPurpose);
  if (replay.answered && succeeded) {
    // A tool that waits for the end of a job reports that.
    expect(
      replay.exchanges.some((exchange) => saysWhatCame(answer.text, exchange)),
      answer.text,
    ).toBe(true);
    if (exchange.request.method === 'GET' && !(special in filtered))
      expect(unsaidItems(answer.text, exchange), answer.text).toEqual([]);
    return 'result';
  }
  if (replay.answered) {
    const isGone = saysWhy(answer.text, exchange).join() === 'API endpoint not found';
    if (isGone) expectNote(answer.text, 'operation gone', /in \d/);
    else expect(saysWhy(answer.text, exchange), answer.text).toEqual([]);
    return 'failure';
  }
  // Nothing was sent, and the text names an argument: "name is missing", "there is no argument".
  if (/was not (called|carried out)/.test(answer.text)) {
    expect(
      wordsOf(args).some((word) => answer.text.includes(word)),
      answer.text,
    ).toBe(true);
    return 'refused';
  }
  expect(succeeded, `the recorded request was not sent: ${replay.sent.join(', ')}`).toBe(false);
  // Else a look-up that comes before the request has failed already, in the same way.
  const alike = replay.exchanges.filter(({ response }) => response.status === exchange.response.status);
  expect(
    alike.some((exchange) => saysWhy(answer.text, exchange).length === 0),
    answer.text,
  ).toBe(true);
  return 'failure';
}

/** The subjects of a refusal: an argument, one of its parts, or a text that was given. */
function wordsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.length > 3 ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(wordsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    name.replace(/s$/, ''),
    ...(inner instanceof z.ZodType ? [] : wordsOf(inner)),
  ]);
}
