import { fork } from 'node:child_process';
import { here, ours } from './paths.mjs';
import { exploreName, joinedMetric, projectUuid } from './project.mjs';
import { dashboardUuid } from './project-content.mjs';
import { budget, ms, say, section, updateReport } from './report.mjs';
import { start } from './stdio.mjs';

const MB = 1024 * 1024;
/** A tenth of the explores joins a table that no explore is of. */
const JOIN_EVERY = 10;
const FIELDS = 400;
const PING_EVERY_MS = 5;

const TITLE = 'Growth: a project of more explores, charts and tiles';

/** Time, requests, bytes and memory against the size of a project, and how long a ping waits meanwhile. */
export async function measureGrowth() {
  section(TITLE);
  say('| call | size | time | requests | received | memory at most | longest wait of a ping meanwhile |');
  say('| --- | --- | ---: | ---: | ---: | ---: | ---: |');
  for (const explores of [10, 100, 1_000]) await measureSearch({ explores, fields: FIELDS, joinEvery: JOIN_EVERY });
  await measureSearch({ explores: 300, fields: FIELDS }, true);
  for (const charts of [50, 500, 5_000]) await measureCharts(charts);
  await measureExplore(3_000);
  for (const tiles of [5, 20, 40]) await measureDashboard(tiles);
}

async function measureSearch(size, isBudget = false) {
  const host = await open(size);
  const label = `${size.explores} explores of ${size.fields} fields${size.joinEvery ? ', a tenth with a joined table of its own' : ''}`;
  const words = size.joinEvery ? 'urgency index' : 'gross revenue by month and planned discount';
  const first = await host.measure('find_fields', label, { search: words });
  const again = await host.measure('find_fields, again', label, { search: words });
  if (size.joinEvery && !first.text.includes(joinedMetric(0))) throw new Error('find_fields missed a joined metric');
  host.stop();
  if (!isBudget) return;
  budget('find_fields at 300 explores of 400 fields: requests at first', first.requests, { atMost: 6 });
  budget('find_fields there again: requests', again.requests, { atMost: 2 });
  budget('find_fields there at first: received', first.bytes, {
    atMost: 6 * MB,
    write: (bytes) => `${(bytes / MB).toFixed(1)} MB`,
  });
  budget('find_fields there: memory', first.peak, { atMost: 200, write: (value) => `${value} MB` });
}

async function measureCharts(charts) {
  const host = await open({ explores: 10, fields: 20, charts });
  await host.measure('list_chart_summaries_in_project', `${charts} charts`, {});
  await host.measure(
    'the same with search',
    `${charts} charts`,
    { search: 'region 7' },
    'list_chart_summaries_in_project',
  );
  await host.complete('chartUuid', 'reve');
  const warm = await host.complete('chartUuid', 'region 49');
  say(`| completion of a chart, warm | ${charts} charts | ${ms(warm)} ms | | | | |`);
  if (charts === 5_000)
    budget('completion among 5,000 charts, warm', warm, { atMost: 100, write: (value) => `${ms(value)} ms` });
  host.stop();
}

async function measureExplore(fields) {
  const host = await open({ explores: 6, fields });
  await host.measure('get_explore', `${fields} fields`, { exploreId: exploreName(0) });
  await host.measure(
    'get_explore with search',
    `${fields} fields`,
    { exploreId: exploreName(0), search: 'gross margin' },
    'get_explore',
  );
  host.stop();
}

async function measureDashboard(tiles) {
  const host = await open({ explores: 10, fields: 40 });
  await host.measure('run_dashboard', `${tiles} tiles`, { dashboardUuid: dashboardUuid(tiles) });
  host.stop();
}

/** A server process on a project of this size. */
async function open(size) {
  const lightdash = fork(here('./servers/project.mjs'), [JSON.stringify(size)]);
  const nextMessage = () => new Promise((resolve) => lightdash.once('message', resolve));
  const { url } = await nextMessage();
  const served = async () => {
    const counts = nextMessage();
    lightdash.send('served');
    return counts;
  };
  const server = start([ours], { LIGHTDASH_URL: url, LIGHTDASH_PROJECT: projectUuid });
  await server.initialize();
  await server.call('get_my_organization');
  await served();
  return {
    async measure(label, sizeLabel, args, tool = label.split(',')[0]) {
      const pinging = startPings(server);
      const began = performance.now();
      const result = await server.call(tool, args);
      const took = performance.now() - began;
      const longest = await pinging.stop();
      const { requests, bytes } = await served();
      const { peak } = server.memory();
      const text = result.content[0].text;
      if (result.isError) throw new Error(`${label}: ${text}`);
      say(
        `| ${label} | ${sizeLabel} | ${ms(took)} ms | ${requests} | ${(bytes / MB).toFixed(2)} MB | ${peak} MB | ${ms(longest)} ms |`,
      );
      return { requests, bytes, peak, longest, text };
    },
    async complete(name, value) {
      const began = performance.now();
      const ref = { type: 'ref/resource', uri: 'lightdash://projects/{projectUuid}/charts/{chartUuid}' };
      await server.request('completion/complete', {
        ref,
        argument: { name, value },
        context: { arguments: { projectUuid } },
      });
      return performance.now() - began;
    },
    stop() {
      server.stop();
      lightdash.kill();
    },
  };
}

/** Pings a server all the while; `stop` returns the longest time that one waited. */
function startPings(server) {
  let isOn = true;
  let longest = 0;
  const pinging = (async () => {
    while (isOn) {
      const began = performance.now();
      await server.request('ping');
      longest = Math.max(longest, performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, PING_EVERY_MS));
    }
  })();
  return {
    async stop() {
      isOn = false;
      await pinging;
      return longest;
    },
  };
}

// By itself it needs a build, and rewrites its own section.
if (process.argv[1] === here('./growth.mjs')) {
  await measureGrowth();
  await updateReport(here('./report.md'), TITLE);
}
