import { pick } from '../chaos/seeded.ts';

type Random = () => number;

const methods = [
  'ping',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/read',
  'resources/templates/list',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'initialize',
  'no/such',
  '',
  'constructor',
  '__proto__',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'sampling/createMessage',
  'elicitation/create',
  'tasks/list',
  'server/discover',
];
const tools = [
  'get_my_organization',
  'run_metric_query',
  'delete_space',
  'find_fields',
  'no_such_tool',
  'constructor',
  '',
];
const names = [
  'name',
  'arguments',
  'uri',
  'cursor',
  '_meta',
  'progressToken',
  'ref',
  'argument',
  'value',
  'requestId',
  'level',
  'protocolVersion',
  'capabilities',
  'clientInfo',
  'projectUuid',
  'exploreId',
  'filters',
  'metrics',
  'and',
  'or',
  '__proto__',
  'constructor',
  'toString',
  '',
];
const texts = [
  'a',
  '',
  'lightdash://projects',
  'lightdash://projects/%00/x',
  'ref/prompt',
  'ref/resource',
  'debug',
  '2025-06-18',
  '\u0000',
  '\ud800',
  '\u202e',
  '\u2028',
  '$',
  '{"a":1}',
  '[[',
  'true',
  'x'.repeat(3_000),
  '../..',
  '"',
  '\\',
  '1e999',
];

/** Any JSON, of objects with the names that the protocol and the tools use. */
function value(random: Random, depth: number): unknown {
  const kind = Math.floor(random() * (depth > 0 ? 9 : 6));
  if (kind === 0) return null;
  if (kind === 1) return random() < 0.5;
  if (kind === 2) return pick([0, -1, 1.5, 1e21, 2 ** 53, -0, 17], random());
  if (kind < 6) return pick(texts, random());
  const size = Math.floor(random() * 5);
  if (kind === 6) return Array.from({ length: size }, () => value(random, depth - 1));
  return Object.fromEntries(Array.from({ length: size }, () => [pick(names, random()), value(random, depth - 1)]));
}

function params(random: Random, method: string): unknown {
  const loose = () => value(random, 3);
  if (random() < 0.3) return loose();
  switch (method) {
    case 'tools/call':
      return { name: pick(tools, random()), arguments: loose(), ...(random() < 0.2 && { _meta: loose() }) };
    case 'resources/read':
      return { uri: loose() };
    case 'prompts/get':
      return { name: loose(), arguments: loose() };
    case 'completion/complete':
      return { ref: loose(), argument: loose() };
    case 'initialize':
      return { protocolVersion: loose(), capabilities: loose(), clientInfo: loose() };
    default:
      return undefined;
  }
}

function nested(random: Random, id: string): string {
  const depth = pick([10, 60, 70, 500, 4_500, 50_000], random());
  const [open, close] = pick(
    [
      ['[', ']'],
      ['{"a":', '}'],
      ['{"and":[', ']}'],
    ],
    random(),
  );
  const inner = `${open?.repeat(depth)}1${close?.repeat(depth)}`;
  const call = `"method":"tools/call","params":{"name":"run_metric_query","arguments":{"filters":${inner}}}`;
  return random() < 0.5 ? `{"jsonrpc":"2.0","id":"${id}",${call}}` : `{${call},"id":"${id}","jsonrpc":"2.0"}`;
}

function message(random: Random, id: string): unknown {
  const method = pick(methods, random());
  const body: Record<string, unknown> = { jsonrpc: '2.0', id, method, params: params(random, method) };
  const change = random();
  if (change < 0.05) body.jsonrpc = value(random, 1);
  else if (change < 0.1) body.id = value(random, 1);
  else if (change < 0.15) delete body.id;
  else if (change < 0.2) delete body.method;
  else if (change < 0.25) body.method = value(random, 1);
  else if (change < 0.3) body[pick(names, random())] = value(random, 2);
  else if (change < 0.33) return { jsonrpc: '2.0', id, result: value(random, 2) };
  else if (change < 0.36) return { jsonrpc: '2.0', id, error: value(random, 2) };
  return body;
}

/** A line that a broken or hostile host may send: a message with parts changed, cut, spoilt or nested, or a batch. */
export function doorLine(random: Random, id: string): string {
  const kind = random();
  if (kind < 0.05) return nested(random, id);
  if (kind < 0.1) {
    return JSON.stringify(Array.from({ length: Math.floor(random() * 4) }, (_, at) => message(random, `${id}.${at}`)));
  }
  const line = JSON.stringify(message(random, id));
  if (kind > 0.15) return line;
  const at = Math.floor(random() * line.length);
  const spoilt = [
    line.slice(0, at),
    line.slice(at),
    line.slice(0, at) + pick(['"', '}', '\\', '\u0000', ' ', ','], random()) + line.slice(at),
  ];
  return pick(spoilt, random());
}

/** Ids that the line's requests have to be answered by: of what is JSON with an id and no well-formed response. */
export function expectedIds(line: string, isResponse: (message: unknown) => boolean): (string | number)[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return [];
  }
  const messages: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return messages.flatMap((message) => {
    if (typeof message !== 'object' || message === null || !('id' in message) || isResponse(message)) return [];
    return typeof message.id === 'string' || (typeof message.id === 'number' && Number.isSafeInteger(message.id))
      ? [message.id]
      : [];
  });
}
