import type { z } from 'zod';
import { unexpected } from './refusals.ts';

/** Bodies of the older routes are not validated by the real server: what does not fit ends in a 500. */
export function parsedOrUnexpected<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (!result.success) throw unexpected();
  return result.data;
}
