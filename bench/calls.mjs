import { Agent } from 'undici';
import { lightdash } from './lightdash.mjs';
import { ours } from './paths.mjs';
import { budget, median, ms, quantile, say, section } from './report.mjs';
import { start } from './stdio.mjs';

const CONNECTIONS = 8;
const CALLS = 1_000;
const AT_ONCE = 32;
const BURST = 2_000;

const body = JSON.stringify({ status: 'ok', results: { organizationUuid: 'x', name: 'Bench', chartColors: null } });

export async function measureCalls() {
  const direct = new Agent({ connections: CONNECTIONS });
  const ask = async (origin) => {
    const headers = { authorization: 'ApiKey x' };
    const response = await direct.request({ origin, path: '/api/v1/org', method: 'GET', headers });
    JSON.parse(await response.body.text());
  };
  section('A call: over stdio, against the same request by undici alone');
  await measureOneByOne(ask);
  await measureAtOnce(ask);
  await direct.destroy();
}

async function measureOneByOne(ask) {
  const { url, close } = await lightdash(0, body);
  const server = start([ours], { LIGHTDASH_URL: url });
  await server.initialize();
  for (let warm = 0; warm < 200; warm++) await Promise.all([server.call('get_my_organization'), ask(url)]);
  const own = [];
  const plain = [];
  const timed = async (times, one) => {
    const began = performance.now();
    await one();
    times.push(performance.now() - began);
  };
  for (let round = 0; round < CALLS; round++) {
    await timed(plain, () => ask(url));
    await timed(own, () => server.call('get_my_organization'));
  }
  server.stop();
  close();
  const write = (value) => `${ms(value)} ms`;
  budget('our own part of a call, median', median(own) - median(plain), { atMost: 0.5, write });
  budget('our own part of a call, 99th percentile', quantile(own, 0.99) - quantile(plain, 0.99), { atMost: 5, write });
  say(
    `- ${CALLS} of each, in turns: ours ${ms(median(own))} ms at the median and ${ms(quantile(own, 0.99))} ms at the 99th percentile, undici ${ms(median(plain))} ms and ${ms(quantile(plain, 0.99))} ms`,
  );
}

async function measureAtOnce(ask) {
  const { url, close } = await lightdash(10, body);
  const server = start([ours], { LIGHTDASH_URL: url });
  await server.initialize();
  const throughput = async (one) => {
    const began = performance.now();
    let left = BURST;
    const worker = async () => {
      while (left-- > 0) await one();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return BURST / ((performance.now() - began) / 1_000);
  };
  const rates = { own: [], plain: [] };
  await throughput(() => server.call('get_my_organization'));
  for (let round = 0; round < 5; round++) {
    rates.plain.push(await throughput(() => ask(url)));
    rates.own.push(await throughput(() => server.call('get_my_organization')));
  }
  server.stop();
  close();
  const write = (value) => `${Math.round(value * 100)} %`;
  budget(`throughput of undici's, ${AT_ONCE} at once`, median(rates.own) / median(rates.plain), {
    atLeast: 0.9,
    write,
  });
  say(
    `- ${AT_ONCE} at once, both with ${CONNECTIONS} connections to a server that takes 10 ms: ours ${median(rates.own).toFixed(0)} a second, undici ${median(rates.plain).toFixed(0)}; medians of 5 times ${BURST}`,
  );
}
