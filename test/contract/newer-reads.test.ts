import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { type Connection, callTool, connectInMemory } from '../helpers/client.ts';
import { type InterceptingLightdash, interceptLightdash } from '../helpers/intercepting-lightdash.ts';
import type { Exchange } from '../helpers/recordings.ts';
import { saysWhy, unsaidItems } from './key-facts.ts';

// Reads of routes that 0.1366 lacks, as a real Lightdash 1.219.0 answered them: the tool's answer has every item of a list, or
// the reason of a refusal. Look-ups come from the sandbox. Left out are queries with filters and pages that no tool sends.

const fixture = new URL('../fixtures/newer-reads-1.219.json', import.meta.url);
const exchanges = z
  .array(
    z.object({
      tool: z.string(),
      args: z.record(z.string(), z.string()),
      note: z.string(),
      route: z.string(),
      status: z.number(),
      body: z.unknown(),
    }),
  )
  .parse(JSON.parse(readFileSync(fixture, 'utf8')));

/** Answers that say what came in other words. */
const inOtherWords: Readonly<Record<string, RegExp>> = {
  'list_roles: admin': /^6 system roles[\s\S]*viewer: [\s\S]*admin: /,
  'reassign_schedulers: admin': /39/,
  'list_roles: viewer': /Custom roles: only admins/,
};

let sandbox: Sandbox;
let lightdash: InterceptingLightdash;
let host: Connection;
beforeAll(async () => {
  sandbox = await startSandbox({ version: '1.219' });
  lightdash = await interceptLightdash(sandbox.url);
});
afterAll(async () => {
  await lightdash.close();
  await sandbox.close();
});

test.each(exchanges.map((exchange) => [`${exchange.tool}: ${exchange.note}`, exchange] as const))(
  '%s',
  async (name, { tool, args, note, route, status, body }) => {
    const pattern = new RegExp(`^GET ${route.replace(/\{\w+\}/g, '[^/]+')}(?:\\?|$)`);
    let isSent = false;
    lightdash.intercept(/^$/, { status: 500, body: {} }, (request) => {
      if (!pattern.test(request)) return undefined;
      isSent = true;
      return { status, body };
    });
    host = await connectInMemory({
      LIGHTDASH_URL: lightdash.url,
      LIGHTDASH_API_KEY: sandbox.tokens.admin,
      LIGHTDASH_PROJECT: 'Roastery',
    });
    const { text, isError } = await callTool(host.client, tool, args);
    await host.close();
    const response = { status, contentType: 'application/json', body };
    const exchange: Exchange = {
      note,
      request: { auth: 'admin PAT', method: 'GET', path: route, query: {}, body: null },
      response,
    };
    expect(isSent).toBe(true);
    if (inOtherWords[name]) {
      expect(isError, text).toBe(false);
      expect(text).toMatch(inOtherWords[name]);
    } else if (status < 400) {
      expect(isError, text).toBe(false);
      expect(unsaidItems(text, exchange), text).toEqual([]);
    } else {
      expect(isError, text).toBe(true);
      expect(saysWhy(text, exchange), text).toEqual([]);
    }
  },
);
