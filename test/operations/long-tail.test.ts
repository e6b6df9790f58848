import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { buildRequest, pathParameters } from '../../src/lightdash/request.ts';
import { loadLongTail } from '../../src/operations/long-tail/catalog.ts';
import { equivalentTools, isWidelyFelt } from '../../src/operations/long-tail/equivalents.ts';
import { inputShape, operationOf } from '../../src/operations/long-tail/operation-of.ts';
import { renderSignature } from '../../src/render/signature.ts';
import { tools } from '../../src/tools/index.ts';
import { toolOf } from '../helpers/long-tail.ts';
import { minimalArguments, wrongFor } from '../helpers/minimal-arguments.ts';
import { openApiDocument } from '../helpers/openapi.ts';

const longTail = await loadLongTail();
const { operations, leftOut, areas, definitions } = longTail;
const ids = new Set(operations.map(({ id }) => id));

// The document is not part of the project: it is read if it lies in the folder next to it.
const documentPath = process.env.LIGHTDASH_API_DOCUMENT_1_219 ?? '../shared/lightdash-api/openapi-1.219.json';
const document = existsSync(documentPath) ? openApiDocument(JSON.parse(readFileSync(documentPath, 'utf8'))) : undefined;

describe('the operations of 1.219', () => {
  test('are 674, each once, and at least 600 of them can be called', () => {
    const keys = [...operations, ...leftOut].map(({ method, path }) => `${method} ${path}`);
    expect(new Set(keys).size).toBe(674);
    expect(new Set([...ids, ...leftOut.map(({ id }) => id)]).size).toBe(674);
    expect(operations.length).toBeGreaterThanOrEqual(600);
    for (const { reason } of leftOut) expect(reason).toMatch(/\w+ \w+/);
  });

  test.skipIf(document === undefined)('are those of the API document', () => {
    const documented = [...operations, ...leftOut].map(({ method, path }) => document?.find(method, path)?.operationId);
    expect(documented).not.toContain(undefined);
    expect(document?.operations).toHaveLength(674);
  });

  test('are less than 400 KB in the package', () => {
    const bytes = gzipSync(readFileSync('src/operations/long-tail/operations.json')).length;
    expect(bytes).toBeLessThan(100 * 1024);
  });

  test('have an area and a title, and refer to each other correctly', () => {
    for (const { id, area, title, successor, state } of operations) {
      expect(areas, id).toHaveProperty(area);
      expect(title, id).toMatch(/^[A-Z]\S*( \S+)+$|^[A-Z]\w+$/);
      if (successor !== undefined) expect(ids, id).toContain(successor);
      if (state !== undefined)
        expect(operations.find((longTailOperation) => longTailOperation.id === state)?.kind, id).toBe('reads');
    }
  });

  test('change nothing with GET except behind a tool, and something with DELETE', () => {
    for (const { id, method, path, kind } of operations) {
      // Lightdash fetches the address that it is given: data could leave with it.
      const leavesLightdash = id === 'getHomepageLinkMetadata';
      const isGuarded = toolOf({ method, path }) !== undefined || leavesLightdash;
      if (method === 'GET' && !isGuarded) expect(kind, id).toBe('reads');
      if (leavesLightdash) expect(kind).toBe('writes');
      if (method === 'DELETE') expect(kind, id).not.toBe('reads');
    }
  });

  test('are equivalent to existing tools, and not to those that replace them', () => {
    for (const [id, name] of Object.entries(equivalentTools)) {
      const operation = operations.find((longTailOperation) => longTailOperation.id === id);
      if (operation === undefined) throw new Error(`no operation ${id}`);
      expect(
        tools.map((tool) => tool.name),
        id,
      ).toContain(name);
      expect(toolOf(operation), id).toBeUndefined();
    }
  });

  test('are confirmed if they decide who sees what, whatever they are called', () => {
    const access = /\/(roles|groups|scim|sso|members|attributes|invite-links|allowedEmailDomains|impersonation)\b/i;
    const newRoles = ['CreateOrganizationRole', 'DuplicateRole'];
    const writes = longTail.operations.filter(({ kind, path }) => kind === 'writes' && access.test(path));
    const unconfirmed = writes.filter((entry) => !isWidelyFelt(entry)).map(({ id }) => id);
    expect(writes.length).toBeGreaterThan(30);
    expect(unconfirmed.filter((id) => !newRoles.includes(id))).toEqual([]);
  });

  test('are confirmed if they send data on a schedule', () => {
    const sending = longTail.operations.filter(({ id }) => /^upsert.*(alert|ScheduledDelivery|SheetsSync)/i.test(id));
    expect(sending).toHaveLength(6);
    expect(sending.filter((entry) => !isWidelyFelt(entry)).map(({ id }) => id)).toEqual([]);
  });

  test('have the kind of change of their tools', () => {
    for (const operation of operations) {
      const tool = tools.find(({ name }) => name === toolOf(operation));
      if (tool) expect(operation.kind === 'reads', operation.id).toBe(tool.readOnly);
    }
  });

  test('have every argument of their path, and their query and body among their arguments', () => {
    for (const { id, path, required, query, body, properties } of operations) {
      expect(required, id).toEqual(expect.arrayContaining(pathParameters(path)));
      const inBody = body === undefined || body === 'body' ? [] : body;
      const placed = [...pathParameters(path), ...query, ...(body === 'body' ? ['body'] : inBody)];
      expect(placed.toSorted(), id).toEqual(Object.keys(properties).toSorted());
    }
  });
});

describe.each(operations)('$id', (entry) => {
  const operation = operationOf(entry, longTail);
  const schema = z.strictObject(inputShape(entry, longTail));
  const args = minimalArguments(entry, longTail);

  test('takes the minimum of its schema, as a request that the document allows', () => {
    const parsed = schema.parse(args);
    const { method, target, body } = buildRequest(operation, parsed);
    expect(method).toBe(entry.method);
    expect(target).not.toMatch(/[{}]/);
    const { pathname, searchParams } = new URL(target, 'https://bi.example');
    expect([...searchParams.keys()].every((name) => entry.query.includes(name))).toBe(true);
    expect(pathname.split('/')).toHaveLength(entry.path.split('/').length);
    const sent = body === undefined ? undefined : JSON.parse(body);
    expect(document?.find(method, entry.path)?.problemsOfRequest(searchParams, sent) ?? []).toEqual([]);
  });

  test('refuses an unknown argument, and one of the wrong type', () => {
    expect(schema.safeParse({ ...args, noSuchArgument: 1 }).success).toBe(false);
    for (const [name, property] of Object.entries(entry.properties)) {
      const wrong = wrongFor(property, definitions);
      if (wrong !== undefined) expect(schema.safeParse({ ...args, [name]: wrong }).success, name).toBe(false);
    }
  });

  test('has a signature that names every argument in fewer than 350 tokens', () => {
    const { text } = renderSignature({ ...entry, definitions }, 300);
    for (const name of Object.keys(entry.properties)) expect(text).toContain(name);
    expect(countTokens(text)).toBeLessThan(350);
  });
});
