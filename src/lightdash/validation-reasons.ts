import * as z from 'zod';
import { isObject } from '../text/json.ts';

/** Reasons of a refused body that are reported: a union repeats the same one for each of its members. */
const MAX_REASONS = 8;

/**
 * The reasons of a 422. Its message is empty on 0.1366; the reasons are in `data`, keyed by path (`body.limit`), and for
 * unions nested as JSON in the text (`Issues: [{…}]`), which repeats the whole value.
 */
export function validationReasons(data: Record<string, unknown>): string[] {
  const reasons = new Set<string>();
  const read = (path: string, issue: unknown): void => {
    const message = issue && typeof issue === 'object' && 'message' in issue ? String(issue.message) : '';
    const nested = /Issues: (\[.*\])$/s.exec(message)?.[1];
    const issues = nested === undefined ? undefined : parseIssues(nested);
    if (issues) {
      for (const nestedIssue of likelyAlternatives(issues))
        for (const [path, inner] of Object.entries(nestedIssue)) read(path, inner);
    } else if (message) {
      const name = path.replace(/^(body|projectGroupAccess)\.?/, '');
      reasons.add(name && !message.includes(`'${name}'`) ? `${name}: ${message}` : message);
    }
  };
  for (const [path, issue] of Object.entries(data)) read(path, issue);
  return [...reasons].slice(0, MAX_REASONS);
}

/** Alternatives of a union with more problems than what they lack: one that lacks everything is another request. */
function likelyAlternatives(issues: readonly Record<string, unknown>[]): readonly Record<string, unknown>[] {
  const isLacking = (issue: unknown) => isObject(issue) && /' is required$/.test(String(issue.message));
  const likely = issues.filter((alternative) => !Object.values(alternative).every(isLacking));
  return likely.length > 0 ? likely : issues;
}

function parseIssues(text: string): Record<string, unknown>[] | undefined {
  try {
    return z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
