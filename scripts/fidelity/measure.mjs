import fs from 'node:fs';
import path from 'node:path';
import { startClient } from './client.mjs';
import { compareRows, compareShapes, nullableKeysOf, varietiesOf } from './compare.mjs';
import { foreignIds, idsOfSeed, learn, learnSeed, makersOf, translated } from './ids.mjs';
import { preparations, whyLeftOut } from './left-out.mjs';

/** A server's message for a route that it does not have. */
const NO_ROUTE = 'API endpoint not found';

/** Reads the recordings of a folder, and of the folders in it that hold more of the same server. */
function readRecordings(folder) {
  return [folder, path.join(folder, 'v1'), path.join(folder, 'extra')]
    .flatMap((one) => (fs.existsSync(one) ? fs.readdirSync(one).map((name) => path.join(one, name)) : []))
    .filter((file) => /\/[^_/][^/]*\.json$/.test(file))
    .map((file) => ({
      ...JSON.parse(fs.readFileSync(file, 'utf8')),
      name: path.relative(folder, file).replace(/\.json$/, ''),
    }))
    .filter((one) => Array.isArray(one.exchanges))
    .map((one) => ({ ...one, exchanges: one.exchanges.filter(({ request, response }) => request && response) }));
}

/**
 * Compares the sandbox of a release with its recordings.
 * @returns a line an operation, how many exchanges were left out for which reason, and what differs, in sentences
 */
export async function measure({ root, release, folder, only, verbose, say }) {
  const recordings = readRecordings(folder);
  const makers = makersOf(recordings.flatMap((one) => one.exchanges));
  const sameOperation = (id) =>
    recordings.filter((one) => one.operationId === id).flatMap(({ exchanges }) => exchanges);
  const ids = new Set(recordings.map((one) => one.operationId));
  const varieties = new Map([...ids].map((id) => [id, varietiesOf(sameOperation(id))]));
  const nullable = nullableKeysOf(recordings.flatMap(({ exchanges }) => exchanges));
  const client = await startClient(root, release);
  const { sandbox } = client;
  const ownIds = idsOfSeed(sandbox.store);
  const seedIds = await translationOfSeed();
  const table = [];
  const leftOut = new Map();
  const different = [];

  /** Ids of the seed for those of the recorded server: read off the answers of both about the same content. */
  async function translationOfSeed() {
    const translation = new Map();
    const reads = recordings.flatMap(({ exchanges }) =>
      exchanges.filter(({ request, response }) => request.method === 'GET' && response.status === 200).slice(0, 1),
    );
    for (let before = -1; before < translation.size; ) {
      before = translation.size;
      for (const { request, response, note } of reads) {
        if ([...foreignIds(request, ownIds)].some((id) => !translation.has(id))) continue;
        const headers = await client.credentials(request.auth);
        if (headers === null) continue;
        const answer = await client.send(translated(request, translation), headers, note);
        if (answer.status === 200) learnSeed(response.body, answer.body, translation, ownIds);
      }
    }
    client.reset();
    // Other ids are new in every sandbox.
    return new Map([...translation].filter(([, ours]) => ownIds.has(ours)));
  }

  /** Sends an exchange with what it needs made first. Gives the answer, or in words why it cannot be sent. */
  async function replay(exchange, translation, trail = new Set()) {
    const headers = await client.credentials(exchange.request.auth);
    if (headers === null) return 'sent by a user who was created while recording';
    for (const id of foreignIds(exchange.request, ownIds)) {
      if (translation.has(id)) continue;
      const maker = makers.get(id);
      if (!maker || trail.has(maker)) return 'names something that no recorded exchange made';
      const made = await replay(maker, translation, new Set([...trail, exchange]));
      if (typeof made === 'string') return made;
      if (!translation.has(id)) return 'names something that could not be made again';
    }
    // Only these were recorded while their job still ran.
    if (!/at once|poll 0/.test(exchange.note)) await client.settled();
    // By default a server deletes for good; some exchanges were recorded on one with a bin.
    sandbox.store.settings.softDelete = exchange.note.includes('SOFT_DELETE_ENABLED');
    const answer = await client.send(translated(exchange.request, translation), headers, exchange.note);
    if (answer.body?.error?.message === NO_ROUTE && exchange.response.body?.error?.message !== NO_ROUTE) {
      return `a route that the sandbox does not have`;
    }
    if (answer.status < 300) learn(exchange.response.body, answer.body, translation);
    return answer;
  }

  /** All rows of a query without sorts, however many: sorted up and down, as one answer may hold 5,000. */
  async function allRows(request) {
    const { dimensions, metrics } = request.body;
    const fieldId = dimensions[0] ?? metrics[0];
    const answers = [];
    for (const descending of [false, true]) {
      const sorts = fieldId === undefined ? [] : [{ fieldId, descending }];
      const body = { ...request.body, limit: 5000, sorts };
      answers.push(await client.send({ ...request, body }, await client.credentials(request.auth)));
    }
    return answers.flatMap((answer) => answer.body.results?.rows ?? []);
  }

  /** Differences of an answer from the recorded one, in sentences. */
  async function differences(operationId, exchange, answer, line, translation) {
    const problems = compareShapes(exchange.response, answer, varieties.get(operationId), nullable);
    if (problems.length === 0) line.shape += 1;
    if (answer.status === exchange.response.status) line.status += 1;
    else problems.unshift(`status ${answer.status}, recorded ${exchange.response.status}`);
    const query = queryOf(operationId, exchange);
    if (query !== undefined && exchange.response.status === 200) {
      line.rowSets += 1;
      const { request } = query;
      const rows = await compareRows(query, answer.body?.results?.rows, () =>
        request.path === undefined
          ? (answer.body?.results?.rows ?? [])
          : allRows({ ...request, ...translated(request, translation) }),
      );
      if (rows === null) line.rows += 1;
      else problems.push(rows);
    }
    return problems;
  }

  /** The query whose rows an exchange gives, in the form of RunMetricQuery; without a path where SQL was run. Undefined for others. */
  function queryOf(operationId, exchange) {
    if (operationId === 'RunMetricQuery') return exchange;
    const { results } = exchange.response.body ?? {};
    // A pivot is not made by the sandbox, and queries that merge others it does not have.
    if (operationId !== 'getAsyncQueryResults' || results?.status !== 'ready' || results.pivotDetails) return undefined;
    const start = makers.get(results.queryUuid);
    const metricQuery = start?.response.body?.results?.metricQuery;
    const { request, truncated } = exchange;
    const isCut = truncated || results.totalResults > results.rows.length;
    if (metricQuery === undefined) return { request: { body: {} }, response: exchange.response, truncated: isCut };
    const path = request.path.replace(/v2(.*)\/query\/.*/, `v1$1/explores/${metricQuery.exploreName}/runQuery`);
    // A date zoom is sorted by its time.
    const sorts = start.request.body.dateZoom ? [{}] : metricQuery.sorts;
    const body = { ...metricQuery, sorts, timezone: metricQuery.timezone ?? 'UTC' };
    return {
      request: { auth: 'admin PAT', method: 'POST', path, query: {}, body },
      response: exchange.response,
      truncated: isCut,
    };
  }

  for (const { name, operationId, exchanges } of recordings) {
    if (only && operationId !== only && name !== only) continue;
    client.reset();
    const translation = new Map(seedIds);
    const line = { name, compared: 0, leftOut: 0, status: 0, shape: 0, rowSets: 0, rows: 0 };
    table.push(line);
    for (const exchange of exchanges) {
      for (const [operation, note] of preparations(name, exchange)) {
        const maker = recordings.find((one) => one.name === operation)?.exchanges.find((one) => one.note === note);
        if (maker) await replay(maker, translation);
      }
      const answer = whyLeftOut(release, name, exchange) ?? (await replay(exchange, translation));
      if (typeof answer === 'string') {
        line.leftOut += 1;
        leftOut.set(answer, (leftOut.get(answer) ?? 0) + 1);
        if (verbose) say(`left out: ${name} [${exchange.note}] ${answer}`);
        continue;
      }
      line.compared += 1;
      const problems = await differences(operationId, exchange, answer, line, translation);
      const [fault] = sandbox.faults;
      if (fault) problems.push(`a mistake of the sandbox: ${fault}`);
      if (problems.length > 0) different.push(`${name} [${exchange.note}]\n    ${problems.slice(0, 6).join('\n    ')}`);
    }
  }
  await sandbox.close();
  return { table, leftOut, different };
}
