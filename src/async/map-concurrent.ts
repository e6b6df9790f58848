/**
 * Maps items with limited concurrency; returns the outcomes in the order of the items. After the first failure no further
 * item is started.
 */
export async function mapConcurrent<Item, Outcome>(
  items: readonly Item[],
  concurrency: number,
  mapItem: (item: Item) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const queue = items.entries();
  let failed = false;
  const worker = async () => {
    for (const [position, item] of queue) {
      if (failed) return;
      try {
        outcomes[position] = await mapItem(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  return outcomes;
}
