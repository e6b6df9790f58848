/**
 * A clock of milliseconds for ages. It goes on while the machine sleeps, which the monotonic clock of Linux does not, and
 * never goes back, which the wall clock does when it is set.
 */
export function elapsedClock(wall = Date.now, monotonic = () => performance.now()): () => number {
  // Caches take a time of 0 for none.
  let elapsed = 1;
  let last = { wall: wall(), monotonic: monotonic() };
  return () => {
    const now = { wall: wall(), monotonic: monotonic() };
    elapsed += Math.max(now.wall - last.wall, now.monotonic - last.monotonic);
    last = now;
    return elapsed;
  };
}
