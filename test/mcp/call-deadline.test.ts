import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { abortCause } from '../../src/async/abort.ts';
import { CallDeadline } from '../../src/mcp/call-deadline.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the time of a call ends as timed out, not as cancelled', () => {
  const time = new CallDeadline(55_000, new AbortController().signal);
  vi.advanceTimersByTime(54_999);
  expect(time.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(abortCause(time.signal)).toBe('deadline');
});

test('the time is paused while a person decides', async () => {
  const time = new CallDeadline(55_000, new AbortController().signal);
  vi.advanceTimersByTime(50_000);
  const thinking = time.pauseFor(() => new Promise((answered) => setTimeout(answered, 600_000, 'yes')));
  await vi.advanceTimersByTimeAsync(600_000);
  expect(await thinking).toBe('yes');
  vi.advanceTimersByTime(54_999);
  expect(time.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(time.signal.aborted).toBe(true);
});

test('a call that has ended leaves no timer', () => {
  new CallDeadline(55_000, new AbortController().signal).end();
  expect(vi.getTimerCount()).toBe(0);
});

test('ends with its parent, for the same reason', () => {
  const parent = new AbortController();
  const time = new CallDeadline(55_000, parent.signal);
  parent.abort('enough');
  expect(time.signal.reason).toBe('enough');
  time.end();
});

test('everything that a call started ends with it', () => {
  const time = new CallDeadline(55_000, new AbortController().signal);
  time.end();
  expect(time.signal.aborted).toBe(true);
});

test('takes the listeners of many requests without a warning of Node', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const time = new CallDeadline(55_000, new AbortController().signal);
  for (let request = 0; request < 50; request += 1) time.signal.addEventListener('abort', () => undefined);
  expect(warn).not.toHaveBeenCalled();
  time.end();
  vi.restoreAllMocks();
});
