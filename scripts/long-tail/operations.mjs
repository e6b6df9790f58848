import { areas, notes } from './areas.mjs';
import * as decisions from './decisions.mjs';
import { SchemaCompactor } from './schema.mjs';
import { titleOf } from './titles.mjs';

/** Names of path parameters that mean the same as another name. */
const parameterNames = { projectId: 'projectUuid', orgUuid: 'organizationUuid' };

const unnamed = (path) => path.replace(/\{\w+\}/g, '{}');
const operationsIn = ({ paths }) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
const keyOf = ({ method, path }) => `${method} ${unnamed(path)}`;
/** `1.219.0` as releases are called here: `1.219`. */
const releaseOf = ({ info }) => info.version.split('.').slice(0, 2).join('.');

/**
 * The operations of an API document as data.
 *
 * @param document the document of the newest release.
 * @param older documents of older releases, newest first: they say since when an operation is there.
 */
export function longTail(document, older) {
  const compactor = new SchemaCompactor(document.components.schemas);
  const all = operationsIn(document).map((item) => ({ ...item, id: idOf(item, document) }));
  const ids = new Set(all.map(({ id }) => id));
  checkDecisions(ids);
  const kept = all.filter(({ id }) => !(id in decisions.leftOut));
  const drafts = kept.map((item) => draft(item, all, compactor));
  const { schemas, definitions } = compactor.finish(drafts.map(({ properties }) => properties));
  const sinceOf = since(document, older);
  const operations = drafts.map(({ properties, ...rest }, position) => ({
    ...rest,
    since: sinceOf(rest),
    ...(Object.keys(properties).length > 0 && { properties: schemas[position] }),
  }));
  return {
    release: releaseOf(document),
    areas: Object.fromEntries(areas.map(({ name, about, words }) => [name, { about, words }])),
    definitions,
    operations: operations.sort((left, right) => (left.id < right.id ? -1 : 1)),
    leftOut: all
      .filter(({ id }) => id in decisions.leftOut)
      .map(({ id, method, path }) => ({ id, method, path: renamed(path), reason: decisions.leftOut[id] })),
  };
}

/** Lightdash's operationId; two are used twice, once for each version of the API. */
function idOf({ path, operation }, document) {
  const { operationId } = operation;
  const uses = operationsIn(document).filter((item) => item.operation.operationId === operationId).length;
  return uses > 1 && path.startsWith('/api/v2/') ? `${operationId}_v2` : operationId;
}

const renamed = (path) => path.replace(/\{(\w+)\}/g, (_, name) => `{${parameterNames[name] ?? name}}`);

/** An operation with its schemas still in the compactor's form. */
function draft({ id, path, method, operation }, all, compactor) {
  const parameters = operation.parameters ?? [];
  const declared = parameters.map(({ name, required, schema, in: place }) => ({
    name: place === 'path' ? (parameterNames[name] ?? name) : name,
    required: required === true || place === 'path',
    schema: place === 'path' ? ofPath(compactor.compact(schema)) : compactor.compact(schema),
    place,
  }));
  // Some paths have a parameter that the document does not declare.
  const undeclared = [...renamed(path).matchAll(/\{(\w+)\}/g)]
    .map(([, name]) => name)
    .filter((name) => !declared.some((item) => item.name === name));
  const named = [
    ...undeclared.map((name) => ({ name, required: true, schema: { type: 'string' }, place: 'path' })),
    ...declared,
  ];
  const bodySchema = decisions.undocumentedBodies.includes(id)
    ? { type: 'object' }
    : operation.requestBody?.content?.['application/json']?.schema;
  const body = bodySchema === undefined ? undefined : bodyOf(compactor, bodySchema, named);
  const query = named.filter(({ place }) => place === 'query').map(({ name }) => name);
  const bodyNames = Object.keys(body?.properties ?? {});
  const required = [...named.filter((item) => item.required).map(({ name }) => name), ...(body?.required ?? [])];
  const area = areas.find((item) => item.path.test(path));
  const kind = kindOf(id, method);
  return {
    id,
    method,
    path: renamed(path),
    area: area.name,
    title: titleOf(id),
    ...(notes[id] && { note: notes[id] }),
    kind,
    ...(required.length > 0 && { required }),
    ...(query.length > 0 && { query }),
    // Arguments of the body: all that are left, under their names; or one called body.
    ...(bodyNames.length > 0 && { body: body.whole ? 'body' : bodyNames }),
    properties: {
      ...Object.fromEntries(named.map(({ name, schema }) => [name, schema])),
      ...body?.properties,
    },
    ...(decisions.enterprisePaths.some((pattern) => pattern.test(path)) && { enterprise: true }),
    ...(decisions.sessionOnly.includes(id) && { session: true }),
    ...(id in decisions.rawSql && { rawSql: decisions.rawSql[id] }),
    ...((decisions.acrossProjects.includes(id) ||
      decisions.acrossProjectsPaths.some((pattern) => pattern.test(path))) && { acrossProjects: true }),
    ...(operation.deprecated && { deprecated: true }),
    ...successorOf(id, path, method, operation, all),
    ...(kind !== 'reads' && stateOperation(method, path, all)),
    ...secretsOf(id, operation, compactor),
  };
}

/** A segment of a path is a text where the document does not say. */
const ofPath = (schema) => (Object.keys(schema).length > 0 ? schema : { type: 'string' });

/** The arguments that make a body: its own properties where it is a plain object whose names are free, else one, `body`. */
function bodyOf(compactor, schema, named) {
  const whole = compactor.whole(schema);
  const taken = new Set(named.map(({ name }) => name));
  const names = Object.keys(whole.properties ?? {});
  const isPlain = whole.type === 'object' && whole.additionalProperties === undefined && names.length > 0;
  if (isPlain && !names.some((name) => taken.has(name)))
    return { properties: whole.properties, required: whole.required };
  return { whole: true, properties: { body: compactor.compact(schema) }, required: ['body'] };
}

function kindOf(id, method) {
  if (id in decisions.readingPosts || (method === 'GET' && !(id in decisions.writingGets))) return 'reads';
  if (id in decisions.destroying) return 'destroys';
  return method === 'DELETE' && !(id in decisions.reversibleDeletes) ? 'destroys' : 'writes';
}

function successorOf(id, path, method, { deprecated }, all) {
  if (!deprecated) return {};
  const asCode = path.replace(
    /\/(\w+)\/(?:(\{slug\})\/)?code$/,
    (_, type, slug) => `/code/${type}${slug ? `/${slug}` : ''}`,
  );
  const successor =
    decisions.successors[id] ??
    all.find((item) => item.method === method && item.path === asCode && asCode !== path)?.id;
  return successor === undefined ? {} : { successor };
}

/** The reading operation that shows what a write changes: of the same path, of the list that it is in, or of the whole. */
function stateOperation(method, path, all) {
  const reading = (wanted) => all.find((item) => item.method === 'GET' && unnamed(item.path) === unnamed(wanted))?.id;
  const parent = path.replace(/\/[^/]+$/, '');
  const isInList = method === 'DELETE' && path.endsWith('}');
  const isPart = /^(PUT|PATCH)$/.test(method) && !path.endsWith('}') && parent.endsWith('}');
  const state = reading(path) ?? (isInList || isPart ? reading(parent) : undefined);
  const isReadable = state !== undefined && !(state in decisions.leftOut) && !(state in decisions.writingGets);
  return isReadable ? { state } : {};
}

/** Names of fields in an answer that hold a secret, by its schema. */
function secretsOf(id, operation, compactor) {
  const response = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1];
  const schema = response?.content?.['application/json']?.schema;
  const names = schema === undefined ? [] : compactor.secretNames(schema);
  if (names.length === 0) return {};
  return { secrets: names, ...(decisions.givingSecrets.includes(id) && { givesSecret: true }) };
}

function since(document, older) {
  const releases = [document, ...older].map((item) => ({
    release: releaseOf(item),
    keys: new Set(operationsIn(item).map(keyOf)),
  }));
  return (operation) => releases.findLast(({ keys }) => keys.has(keyOf(operation)))?.release;
}

/** @throws where a decision is about an operation that the document does not have. */
function checkDecisions(ids) {
  const {
    leftOut,
    readingPosts,
    writingGets,
    rawSql,
    destroying,
    reversibleDeletes,
    sessionOnly,
    givingSecrets,
    acrossProjects,
    undocumentedBodies,
    successors,
  } = decisions;
  const named = [
    ...[leftOut, readingPosts, writingGets, rawSql, destroying, reversibleDeletes, notes].flatMap(Object.keys),
    ...[sessionOnly, givingSecrets, acrossProjects, undocumentedBodies].flat(),
    ...Object.entries(successors).flat(),
  ];
  const unknown = named.filter((id) => !ids.has(id));
  if (unknown.length > 0) throw new Error(`the document has no ${unknown.join(', ')}`);
}
