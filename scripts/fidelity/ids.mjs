/**
 * Recorded exchanges name things by ids that the real server gave them. Those of the seed are the same in the sandbox; for others this
 * finds the exchange that made the thing, so that it can be made again, and keeps which id stands for which.
 */

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Uuids that the recorder made up itself: those of no object, and those of tabs. */
const MADE_UP = /-0000-4000-8000-/;
const NANOID = /(?:\/(?:csv|results|invite-links|share|file)\/)([\w-]{21,30})(?=["/?]|$)/g;
const JOB = /\/(?:csv|job)\/(\d{1,4})(?=["/?]|$)/;

/** Ids of a seeded store: exchanges that name only these depend on nothing. */
export function idsOfSeed(store) {
  const seedIds = new Set([...store.shareUrls.keys()]);
  for (const map of Object.values(store)) {
    for (const id of (map instanceof Map ? JSON.stringify([...map]) : '').match(UUID) ?? []) seedIds.add(id);
  }
  // The index gives its items new uuids whenever it is built.
  for (const item of store.catalog.keys()) seedIds.delete(item);
  return seedIds;
}

/** The ids that a request names and that the seed does not have, jobs as `job 8`. */
export function foreignIds({ path, query, body }, seedIds) {
  const sent = JSON.stringify([path, query, body]);
  const uuids = (sent.toLowerCase().match(UUID) ?? []).filter((id) => !seedIds.has(id) && !MADE_UP.test(id));
  const nanoids = [...path.matchAll(NANOID)].map((match) => match[1]).filter((id) => !seedIds.has(id));
  const job = JOB.exec(path)?.[1] ?? (typeof query?.jobId === 'number' ? String(query.jobId) : undefined);
  return new Set([...uuids, ...nanoids, ...(job === undefined ? [] : [`job ${job}`])]);
}

/** The exchange that made a thing: the first success that gives its id without having been given it, writes before reads. */
export function makersOf(exchanges) {
  const makers = new Map();
  const writesFirst = [...exchanges].sort(
    (a, b) => Number(a.request.method === 'GET') - Number(b.request.method === 'GET'),
  );
  for (const exchange of writesFirst) {
    if (exchange.response.status >= 300) continue;
    const sent = JSON.stringify([exchange.request.path, exchange.request.query, exchange.request.body]);
    const received = JSON.stringify(exchange.response.body ?? '');
    const ids = [...(received.match(UUID) ?? []), ...[...received.matchAll(NANOID)].map((match) => match[1])];
    const { jobId, inviteCode } = exchange.response.body?.results ?? {};
    if (jobId !== undefined) ids.push(`job ${jobId}`);
    if (inviteCode !== undefined) ids.push(inviteCode);
    for (const id of ids) if (!sent.includes(id) && !makers.has(id)) makers.set(id, exchange);
  }
  return makers;
}

/** The key that identifies the things of a list on both servers. */
const nameOf = (one) =>
  one?.email ?? one?.name ?? one?.text ?? one?.chartName ?? one?.properties?.chartName ?? one?.properties?.title;

/**
 * Notes which id of the sandbox's seed stands for which of another server that was filled with the same content: the items of lists
 * are paired by name.
 */
export function learnSeed(recorded, answer, translation, seedIds) {
  if (typeof recorded === 'string' && typeof answer === 'string') {
    const [theirs, ours] = [recorded.match(UUID) ?? [], answer.match(UUID) ?? []];
    if (theirs.length !== ours.length) return;
    for (const [index, id] of theirs.entries()) {
      if (!translation.has(id) && !seedIds.has(id)) translation.set(id, ours[index]);
    }
  } else if (Array.isArray(recorded) && Array.isArray(answer)) {
    for (const one of recorded) {
      const name = nameOf(one);
      const same = answer.filter((other) => name !== undefined && nameOf(other) === name);
      if (same.length === 1) learnSeed(one, same[0], translation, seedIds);
    }
  } else if (recorded && answer && typeof recorded === 'object' && typeof answer === 'object') {
    for (const name of Object.keys(recorded)) learnSeed(recorded[name], answer[name], translation, seedIds);
  }
}

/** Notes which id of the sandbox stands for which recorded one, where two answers have an id in the same place. */
export function learn(recorded, answer, translation, key = '') {
  if (typeof recorded === 'number' && typeof answer === 'number' && key === 'jobId') {
    translation.set(`job ${recorded}`, String(answer));
  } else if (typeof recorded === 'string' && typeof answer === 'string') {
    const [theirs, ours] = [idsIn(recorded), idsIn(answer)];
    if (key === 'inviteCode' || key === 'nanoid') translation.set(recorded, answer);
    if (theirs.length === ours.length) for (const [index, id] of theirs.entries()) translation.set(id, ours[index]);
  } else if (Array.isArray(recorded) && Array.isArray(answer)) {
    if (recorded.length !== answer.length) return;
    for (const [index, one] of recorded.entries()) learn(one, answer[index], translation);
  } else if (recorded && answer && typeof recorded === 'object' && typeof answer === 'object') {
    for (const name of Object.keys(recorded)) learn(recorded[name], answer[name], translation, name);
  }
}

function idsIn(text) {
  const nanoids = [...text.matchAll(NANOID)].map((match) => match[1]);
  return [...(text.match(UUID) ?? []), ...nanoids];
}

/** The request with the sandbox's ids in place of the recorded ones. */
export function translated(request, translation) {
  let text = JSON.stringify({ path: request.path, query: request.query, body: request.body });
  for (const [theirs, ours] of translation) {
    if (!theirs.startsWith('job ')) text = text.replaceAll(theirs, ours);
  }
  const { path, query, body } = JSON.parse(text);
  const jobOf = (id) => translation.get(`job ${id}`) ?? String(id);
  const job = JOB.exec(path)?.[1];
  return {
    method: request.method,
    path: job === undefined ? path : path.replace(`/${job}`, `/${jobOf(job)}`),
    query: typeof query?.jobId === 'number' ? { ...query, jobId: jobOf(query.jobId) } : query,
    body,
  };
}
