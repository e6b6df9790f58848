import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'undici';
import { here, ours } from './paths.mjs';
import { budget, median, ms, quantile, say, section } from './report.mjs';
import { start } from './stdio.mjs';

// Host, server and Lightdash have a process each, as in use: a Lightdash in this process would spare undici alone two
// changes of process. Both sides are measured warm, in short blocks that take turns: what else the machine does meanwhile
// meets both, and the figure is the median of the differences, or ratios, of the blocks.

const CONNECTIONS = 8;
const WARM_CALLS = 2_000;
const BLOCKS = 30;
const CALLS_A_BLOCK = 100;
const CONCURRENCY = 32;
const BURSTS = 31;
const CALLS_A_BURST = 10 * CONCURRENCY;

const body = JSON.stringify({ status: 'ok', results: { organizationUuid: 'x', name: 'Bench', chartColors: null } });

export async function measureCalls() {
  section('A call: over stdio, against the same request by undici alone');
  await against(0, measureOneByOne);
  await against(10, measureAtOnce);
}

/** Runs a measurement of two functions, each a call: through the server, and by undici. */
async function against(pauseMs, measure) {
  const lightdash = fork(here('./servers/lightdash.mjs'), [String(pauseMs), body]);
  const [origin] = await once(lightdash, 'message');
  const undici = new Agent({ connections: CONNECTIONS });
  const server = start([ours], { LIGHTDASH_URL: origin });
  await server.initialize();
  await measure(
    () => server.call('get_my_organization'),
    async () => {
      const headers = { authorization: 'ApiKey x' };
      const response = await undici.request({ origin, path: '/api/v1/org', method: 'GET', headers });
      JSON.parse(await response.body.text());
    },
  );
  server.stop();
  await undici.destroy();
  lightdash.kill();
}

async function measureOneByOne(own, plain) {
  const timed = async (one) => {
    const began = performance.now();
    await one();
    return performance.now() - began;
  };
  const block = async (calls) => {
    const times = { own: [], plain: [] };
    for (let call = 0; call < calls; call++) {
      times.plain.push(await timed(plain));
      times.own.push(await timed(own));
    }
    return times;
  };
  const cold = await block(CALLS_A_BLOCK);
  await block(WARM_CALLS);
  const blocks = [];
  for (let round = 0; round < BLOCKS; round++) blocks.push(await block(CALLS_A_BLOCK));
  const all = { own: blocks.flatMap((times) => times.own), plain: blocks.flatMap((times) => times.plain) };
  const overOf = (times) => median(times.own) - median(times.plain);
  const overs = blocks.map(overOf);
  const write = (value) => `${ms(value)} ms`;
  budget('our own part of a call, median', median(overs), { atMost: 0.5, write });
  budget('our own part of a call, 99th percentile', quantile(all.own, 0.99) - quantile(all.plain, 0.99), {
    atMost: 5,
    write,
  });
  say(
    `- ${BLOCKS} blocks of ${CALLS_A_BLOCK} of each, in turns, after ${WARM_CALLS}: ours ${ms(median(all.own))} ms at the median and ${ms(quantile(all.own, 0.99))} ms at the 99th percentile, undici ${ms(median(all.plain))} ms and ${ms(quantile(all.plain, 0.99))} ms; our own part of a block ${ms(quantile(overs, 0.25))} to ${ms(quantile(overs, 0.75))} ms (quartiles), and ${ms(overOf(cold))} ms in the first ${CALLS_A_BLOCK} calls of all`,
  );
}

async function measureAtOnce(own, plain) {
  const throughput = async (one) => {
    const began = performance.now();
    let left = CALLS_A_BURST;
    const worker = async () => {
      while (left-- > 0) await one();
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
    return CALLS_A_BURST / ((performance.now() - began) / 1_000);
  };
  const burst = async () => ({ plain: await throughput(plain), own: await throughput(own) });
  for (let warm = 0; warm < WARM_CALLS; warm += CALLS_A_BURST) await burst();
  const bursts = [];
  for (let round = 0; round < BURSTS; round++) bursts.push(await burst());
  const ratios = bursts.map((rates) => rates.own / rates.plain);
  const write = (value) => `${Math.round(value * 100)} %`;
  budget(`throughput of undici's, ${CONCURRENCY} at once`, median(ratios), { atLeast: 0.9, write });
  const rateOf = (side) => median(bursts.map((rates) => rates[side])).toFixed(0);
  say(
    `- ${CONCURRENCY} at once, both with ${CONNECTIONS} connections to a server that takes 10 ms: ours ${rateOf('own')} a second, undici ${rateOf('plain')}; ${BURSTS} bursts of ${CALLS_A_BURST} of each, in turns; ratios ${write(quantile(ratios, 0.25))} to ${write(quantile(ratios, 0.75))} (quartiles)`,
  );
}
