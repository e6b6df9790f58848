import { readFileSync } from 'node:fs';
import { readExplore } from '../../src/query/fields/explore.ts';
import type { FieldIndex } from '../../src/query/fields/field.ts';

/** A fixture under test/fixtures, parsed. */
export const fixture = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/${path}.json`, import.meta.url), 'utf8'));

/** The four explores of the Roastery project, as a real Lightdash answered them (SQL trimmed). */
export const roastery = {
  orders: readExplore(fixture('explores/orders')),
  customers: readExplore(fixture('explores/customers')),
  subscriptions: readExplore(fixture('explores/subscriptions')),
  products: readExplore(fixture('explores/products')),
};

export const explores: readonly FieldIndex[] = Object.values(roastery);

/** A field of an explore that is known to be there. */
export function fieldOf(index: FieldIndex, id: string) {
  const field = index.fields.get(id);
  if (!field) throw new Error(`The fixture ${index.name} has no ${id}.`);
  return field;
}
