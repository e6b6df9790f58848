// Measures the server and writes report.md. Everything is compared in one run, repeats interleaved, ratios first:
// the numbers of two machines, or of two days, are not comparable.

import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { cpus } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { Agent } from 'undici';
import { start } from './stdio.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const ours = here('../dist/main.js');
const requireShim = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

const sorted = (values) => [...values].sort((one, other) => one - other);
const quantile = (values, share) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))];
const median = (values) => quantile(values, 0.5);
const ms = (value) => value.toFixed(value < 10 ? 2 : 0);
const lines = [];
const say = (line = '') => {
  lines.push(line);
  process.stdout.write(`${line}\n`);
};

/** Lightdash as far as a measurement needs one: answers after a pause like a real one's (8 to 30 ms for plain reads). */
async function lightdash(pauseMs, body) {
  const server = createServer((request, response) => {
    request.resume();
    setTimeout(() => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(body);
    }, pauseMs);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => server.closeAllConnections() ?? server.close(),
  };
}

async function bundledOneTool() {
  const outfile = here('./servers/.one-tool.bundle.mjs');
  await build({
    entryPoints: [here('./servers/one-tool.mjs')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    banner: { js: requireShim },
  });
  return outfile;
}

async function measureStart(bundle) {
  const candidates = {
    bare: [here('./servers/bare.mjs')],
    unbundled: [here('./servers/one-tool.mjs')],
    bundled: [bundle],
    ours: [ours],
  };
  const times = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  const memory = {};
  for (let round = 0; round < 15; round++) {
    for (const [name, args] of Object.entries(candidates)) {
      const began = performance.now();
      const server = start(args);
      await server.initialize();
      times[name].push(performance.now() - began);
      if (name !== 'bare') await server.request('tools/list');
      memory[name] = server.memory().now;
      server.stop();
    }
  }
  const middle = Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
  say('## Start: spawn to the answer of `initialize`, all tools');
  say();
  say(
    `- ${(middle.ours / middle.unbundled).toFixed(2)} of the one-tool SDK server unbundled (budget 0.60), ${(middle.ours / middle.bundled).toFixed(2)} of it bundled (budget 1.20)`,
  );
  say(
    `- medians of 15: bare Node ${ms(middle.bare)} ms, one tool unbundled ${ms(middle.unbundled)} ms, bundled ${ms(middle.bundled)} ms, ours ${ms(middle.ours)} ms`,
  );
  say(
    `- memory after \`tools/list\`: ${(memory.ours / memory.bundled).toFixed(2)} of the one-tool server bundled (budget 1.25); ${memory.ours} MB against ${memory.bundled} MB`,
  );
  say();
}

async function measureContext() {
  const count = async (env) => {
    const server = start([ours], env);
    await server.initialize();
    const { tools } = await server.request('tools/list');
    server.stop();
    return tools.map((tool) => ({
      name: tool.name,
      toolset: tool._meta['lightdash/toolset'],
      tokens: countTokens(
        JSON.stringify({ name: tool.name, description: tool.description, input_schema: tool.inputSchema }),
      ),
    }));
  };
  const total = (tools) => tools.reduce((sum, { tokens }) => sum + tokens, 0);
  const all = await count({});
  const analyst = await count({ LIGHTDASH_TOOLSETS: 'analyst' });
  const largest = [...all].sort((one, other) => other.tokens - one.tokens);
  say('## Context: tokens (o200k) of name, description and input schema');
  say();
  say(
    `- all ${all.length} tools ${total(all)} (budget 12,000), median ${median(all.map(({ tokens }) => tokens))} (75), largest ${largest[0].name} ${largest[0].tokens} (900)`,
  );
  say(`- preset analyst, ${analyst.length} tools: ${total(analyst)} (budget 4,500)`);
  for (const toolset of new Set(all.map((tool) => tool.toolset))) {
    const inside = all.filter((tool) => tool.toolset === toolset);
    say(`- ${toolset}: ${inside.length} tools, ${total(inside)}`);
  }
  say();
}

async function measureCalls() {
  const body = JSON.stringify({ status: 'ok', results: { organizationUuid: 'x', name: 'Bench', chartColors: null } });
  const quick = await lightdash(0, body);
  const server = start([ours], { LIGHTDASH_URL: quick.url });
  await server.initialize();
  const direct = new Agent({ connections: 8 });
  const ask = async (url) => {
    const response = await direct.request({
      origin: url,
      path: '/api/v1/org',
      method: 'GET',
      headers: { authorization: 'ApiKey x' },
    });
    JSON.parse(await response.body.text());
  };
  for (let warm = 0; warm < 200; warm++) await Promise.all([server.call('get_my_organization'), ask(quick.url)]);
  const own = [];
  const plain = [];
  for (let round = 0; round < 1_000; round++) {
    let began = performance.now();
    await ask(quick.url);
    plain.push(performance.now() - began);
    began = performance.now();
    await server.call('get_my_organization');
    own.push(performance.now() - began);
  }
  server.stop();
  quick.close();
  say('## A call: over stdio, against the same request by undici alone');
  say();
  say(
    `- ours adds ${ms(median(own) - median(plain))} ms at the median (budget 1), ${ms(quantile(own, 0.99) - quantile(plain, 0.99))} ms at the 99th percentile (budget 5); 1,000 of each, in turns`,
  );

  const slow = await lightdash(10, body);
  const busy = start([ours], { LIGHTDASH_URL: slow.url });
  await busy.initialize();
  const throughput = async (one) => {
    const began = performance.now();
    let left = 2_000;
    await Promise.all(
      Array.from({ length: 32 }, async () => {
        while (left-- > 0) await one();
      }),
    );
    return 2_000 / ((performance.now() - began) / 1_000);
  };
  const rates = { own: [], plain: [] };
  await throughput(() => busy.call('get_my_organization'));
  for (let round = 0; round < 3; round++) {
    rates.plain.push(await throughput(() => ask(slow.url)));
    rates.own.push(await throughput(() => busy.call('get_my_organization')));
  }
  busy.stop();
  slow.close();
  await direct.destroy();
  say(
    `- 32 at once: ${((median(rates.own) / median(rates.plain)) * 100).toFixed(0)} % of undici's throughput (budget 85 %), both with 8 connections to a server that takes 10 ms; ${median(rates.own).toFixed(0)} against ${median(rates.plain).toFixed(0)} a second`,
  );
  say();
}

async function measureRendering() {
  const outfile = here('./servers/.rows.bundle.mjs');
  await build({
    stdin: {
      contents:
        "export { readResult } from './src/query/result-table.ts'; export { renderRows } from './src/render/rows.ts';",
      resolveDir: here('..'),
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  const { readResult, renderRows } = await import(pathToFileURL(outfile).href);
  await rm(outfile);
  const cell = (raw) => ({ value: { raw, formatted: String(raw) } });
  const rows = Array.from({ length: 5_000 }, (_, row) => ({
    orders_order_id: cell(row),
    orders_status: cell('delivered'),
    orders_ordered_at: cell(new Date(1.7e12 + row * 1e7).toISOString()),
    customers_country: cell('United States'),
    order_items_total_revenue: cell(row * 1.37),
    orders_channel: cell('wholesale_portal'),
  }));
  const text = JSON.stringify({ rows, fields: {} });
  const times = [];
  for (let round = 0; round < 15; round++) {
    const answer = JSON.parse(text);
    const began = performance.now();
    renderRows(readResult(answer), { of: 'orders', limit: 5_000, budget: { tokens: 1e9, characters: 1e9 } });
    times.push(performance.now() - began);
  }
  say('## Rendering');
  say();
  say(
    `- 5,000 rows of 6 columns (${(text.length / 1e6).toFixed(1)} MB) in ${ms(median(times))} ms (budget 60), median of 15`,
  );
  say();
}

async function measureMemory() {
  const row = JSON.stringify({
    a: { value: { raw: 12345.678, formatted: '12,345.68' } },
    b: { value: { raw: 'delivered', formatted: 'delivered' } },
  });
  const body = `{"status":"ok","results":{"rows":[${Array(Math.ceil(10e6 / (row.length + 1)))
    .fill(row)
    .join(',')}],"fields":{}}}`;
  const big = await lightdash(0, body);
  const server = start([ours], { LIGHTDASH_URL: big.url });
  await server.initialize();
  const chartUuid = '3675b69e-8324-4110-bdca-059031aa8da3';
  await Promise.all(Array.from({ length: 8 }, () => server.call('run_saved_chart', { chartUuid })));
  say('## Memory');
  say();
  say(`- eight answers of 10 MB at once: at most ${server.memory().peak} MB (budget 120)`);
  say();
  server.stop();
  big.close();
}

say('# Benchmark');
say();
say(
  `\`npm run bench\` on ${cpus().length} cores, Node ${process.version}. Ratios of one run; absolute numbers are this machine's.`,
);
say();
const bundle = await bundledOneTool();
await measureStart(bundle);
await rm(bundle);
await measureContext();
await measureCalls();
await measureRendering();
await measureMemory();
await writeFile(here('./report.md'), `${lines.join('\n').trim()}\n`);
