// Node itself: answers `initialize` by hand.
process.stdin.once('data', () => {
  process.stdout.write('{"jsonrpc":"2.0","id":1,"result":{}}\n');
});
