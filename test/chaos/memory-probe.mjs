// Preloaded into the server (node --expose-gc --import …): prints its memory on stderr, garbage collected, on SIGUSR2.
process.on('SIGUSR2', () => {
  for (let times = 0; times < 3; times += 1) globalThis.gc();
  const { heapUsed, rss, external } = process.memoryUsage();
  process.stderr.write(`memory ${JSON.stringify({ heapUsed, rss, external })}\n`);
});
