/** Keys that are ids say nothing of the shape. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const nameless = (key) => (UUID.test(key) ? '{uuid}' : key);

/** The shape of an answer: a set of `path: type`, with all items of a list under one path. */
function shapeOf(value, at = '', into = new Map()) {
  const add = (type) => {
    if (!into.has(at)) into.set(at, new Set());
    into.get(at).add(type);
  };
  if (Array.isArray(value)) {
    add('list');
    for (const item of value) shapeOf(item, `${at}[]`, into);
  } else if (typeof value === 'object' && value !== null) {
    add('object');
    for (const [key, inner] of Object.entries(value)) shapeOf(inner, `${at}.${nameless(key)}`, into);
  } else add(value === null ? 'null' : typeof value);
  return into;
}

/** Lists that are empty on one side say nothing about their items. */
function emptyLists(value, at = '', into = new Set()) {
  if (Array.isArray(value)) {
    if (value.length === 0) into.add(at);
    for (const item of value) emptyLists(item, `${at}[]`, into);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) emptyLists(inner, `${at}.${nameless(key)}`, into);
  }
  return into;
}

const isUnder = (at, lists) => [...lists].some((list) => at.startsWith(`${list}[]`));
const kindOf = (contentType) => (contentType ?? '').toLowerCase();

/** The types at a path of an answer, and `nothing` if another item of the same list has no such key. */
function addVarieties(value, at, into) {
  const add = (path, type) => into.set(path, (into.get(path) ?? new Set()).add(type));
  const shape = shapeOf(value);
  for (const [path, types] of shape) for (const type of types) add(at + path, type);
  const keysAt = new Map();
  const collect = (inner, path) => {
    if (Array.isArray(inner)) for (const item of inner) collect(item, `${path}[]`);
    else if (typeof inner === 'object' && inner !== null) {
      keysAt.set(path, [...(keysAt.get(path) ?? []), Object.keys(inner).map(nameless)]);
      for (const [key, item] of Object.entries(inner)) collect(item, `${path}.${nameless(key)}`);
    }
  };
  collect(value, at);
  return keysAt;
}

/**
 * The recorded successes of an operation, taken together: the types at a path, and if
 * it may be missing. What a server holds decides which of these an answer shows.
 */
export function varietiesOf(exchanges) {
  const into = new Map();
  const keysAt = new Map();
  for (const { response } of exchanges) {
    if (response.status >= 300) continue;
    for (const [path, keys] of addVarieties(response.body, '', into)) {
      keysAt.set(path, [...(keysAt.get(path) ?? []), ...keys]);
    }
  }
  for (const [path, lists] of keysAt) {
    for (const key of new Set(lists.flat())) {
      if (lists.some((keys) => !keys.includes(key))) into.get(`${path}.${key}`)?.add('nothing');
    }
  }
  return into;
}

const parentOf = (at) => at.replace(/(\[\]|\.[^.[]*)$/, '');
const lastKeyOf = (at) => /[^.]*$/.exec(at)[0];

/** Keys that are null in one answer of a server and have a value in another, by name: the value depends on the state. */
export function nullableKeysOf(exchanges) {
  const typesOf = new Map();
  for (const { response } of exchanges) {
    if (response.status >= 300) continue;
    for (const [at, types] of shapeOf(response.body)) {
      const key = lastKeyOf(at);
      typesOf.set(key, new Set([...(typesOf.get(key) ?? []), ...types]));
    }
  }
  return new Map([...typesOf].filter(([, types]) => types.has('null') && types.size > 1));
}

/**
 * Differences of two answers in content type, keys or types; an empty list if there are none. Bodies of text count as the same
 * when both are text.
 * @param varieties what else the operation was recorded to answer; a difference that these know of is none
 * @param nullable keys that may be null or not, with what else they hold
 */
export function compareShapes(recorded, answer, varieties = new Map(), nullable = new Map()) {
  if (kindOf(recorded.contentType) !== kindOf(answer.contentType)) {
    return [`content type ${answer.contentType}, recorded ${recorded.contentType}`];
  }
  const [theirs, ours] = [shapeOf(recorded.body), shapeOf(answer.body)];
  const [emptyTheirs, emptyOurs] = [emptyLists(recorded.body), emptyLists(answer.body)];
  const isSuccess = recorded.status < 300;
  const without = (types) => types.filter((type) => type !== 'null').join('|');
  const isNullness = (at, a, b) =>
    [...a, ...b].every((type) => nullable.get(lastKeyOf(at))?.has(type)) &&
    [without(b), ''].some((one) => [without(a), ''].includes(one));
  const mayBe = (at, types) => isSuccess && types.every((type) => varieties.get(at)?.has(type));
  // Nothing is said of what is inside of something that is missing or null on the other side.
  const isHollow = (at, shape) => {
    const parent = shape.get(parentOf(at));
    return isSuccess && at !== '' && (parent === undefined || [...parent].every((type) => type === 'null'));
  };
  const differences = [];
  for (const [at, types] of theirs) {
    const own = ours.get(at);
    if (own === undefined && (isUnder(at, emptyOurs) || isHollow(at, ours))) continue;
    const [a, b] = [[...types].sort(), [...(own ?? ['nothing'])].sort()];
    if (a.join('|') === b.join('|') || mayBe(at, b) || (isSuccess && isNullness(at, a, b))) continue;
    differences.push(`${at} is ${b.join('|')}, recorded ${a.join('|')}`);
  }
  for (const [at, types] of ours) {
    if (theirs.has(at) || isUnder(at, emptyTheirs) || isHollow(at, theirs) || mayBe(at, [...types])) continue;
    differences.push(`${at} is ${[...types].join('|')}, not recorded`);
  }
  return differences;
}

const sameNumber = (a, b) => a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
function sameCell(a, b) {
  const [x, y] = [a?.value, b?.value];
  const sameRaw =
    typeof x?.raw === 'number' && typeof y?.raw === 'number'
      ? sameNumber(x.raw, y.raw)
      : JSON.stringify(x?.raw) === JSON.stringify(y?.raw);
  return sameRaw && x?.formatted === y?.formatted;
}

const keyOf = (row) =>
  JSON.stringify(
    Object.entries(row)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, cell]) => [id, cell.value.formatted]),
  );

/**
 * Differences between the recorded rows and these, or null. Their order counts only where the query sorts. Where a limit cuts without
 * a sort any rows of the whole are right, and the recording may hold only the first few of many.
 * @param allRows all rows of the query as the sandbox has them, for that case
 */
export async function compareRows({ request, response, truncated }, rows, allRows) {
  const recorded = response.body.results.rows;
  if (!Array.isArray(rows)) return 'no rows';
  if (!truncated && rows.length !== recorded.length) return `${rows.length} rows, recorded ${recorded.length}`;
  const isSorted = (request.body.sorts ?? []).length > 0;
  if (isSorted && !truncated) {
    const difference = firstDifference(recorded, rows);
    // Of rows that a sort leaves equal a limit may take any.
    const isCut = recorded.length >= Number(request.body.limit);
    const sorted = request.body.sorts.flatMap(({ fieldId }) => fieldId ?? []);
    if (!isCut || difference === null || sorted.length === 0) return difference;
    return firstDifference(recorded.map(only(sorted)), rows.map(only(sorted)));
  }
  if (recorded.length < Number(request.body.limit) && !truncated)
    return firstDifference(inOrder(recorded), inOrder(rows));
  const whole = new Map((await allRows()).map((row) => [keyOf(row), row]));
  const strange = recorded.find((row) => !whole.has(keyOf(row)));
  if (strange) return `no row ${JSON.stringify(strange)}`;
  return firstDifference(
    recorded,
    recorded.map((row) => whole.get(keyOf(row))),
  );
}

const only = (ids) => (row) => Object.fromEntries(Object.entries(row).filter(([id]) => ids.includes(id)));
const inOrder = (rows) => [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

function firstDifference(recorded, rows) {
  for (const [index, row] of recorded.entries()) {
    for (const id of Object.keys({ ...row, ...rows[index] })) {
      if (!sameCell(row[id], rows[index][id])) {
        return `row ${index}, ${id}: ${JSON.stringify(rows[index][id])}, recorded ${JSON.stringify(row[id])}`;
      }
    }
  }
  return null;
}
