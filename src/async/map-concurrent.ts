/**
 * Does the work for each item, at most so many at a time, and gives the outcomes in the order of the items. The first failure
 * stops what has not begun.
 */
export async function mapConcurrent<Item, Outcome>(
  items: readonly Item[],
  atMost: number,
  work: (item: Item) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = items.entries();
  let failed = false;
  const worker = async () => {
    for (const [position, item] of waiting) {
      if (failed) return;
      try {
        outcomes[position] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atMost, items.length) }, worker));
  return outcomes;
}
