import * as z from 'zod';
import { toolDefinitions } from '../../src/inventory/tool-entries.ts';
import { toolSearchTools } from '../../src/inventory/tool-search-entries.ts';
import { type Operation, toolsets } from '../../src/operations/operation.ts';
import { schemaOf } from '../../src/tools/arguments.ts';
import { tools } from '../../src/tools/index.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { code, table } from './markdown.ts';
import { purposes } from './toolsets-table.ts';

/** The part of JSON Schema that the tools use. */
interface Schema {
  readonly type?: string | readonly string[] | undefined;
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly anyOf?: readonly unknown[] | undefined;
  readonly items?: unknown;
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly additionalProperties?: unknown;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
}

/** docs/tools.md: every tool with its arguments. */
export function toolsPage(): string {
  return [
    '# The tools',
    '',
    'Generated from the tools by `npm run docs`; a test fails when it is stale. [policy.md](policy.md) says which settings',
    'leave which tool.',
    '',
    `There are ${tools.length}, in ${toolsets.length} toolsets: ${toolsets.map((name) => `[${name}](#${name})`).join(', ')}.`,
    '',
    'Where `LIGHTDASH_PROJECT` is set, `projectUuid` may be left out. An argument that a tool does not know is refused.',
    'The line under each description has the hints that a host gets of the tool, then the operation of the Lightdash API that it',
    'stands for.',
    '',
    ...toolsets.flatMap((toolset) => [
      `## ${toolset}`,
      '',
      `${purposes[toolset]}.`,
      '',
      ...tools.filter((tool) => tool.toolset === toolset).flatMap(toolSection),
    ]),
    '## compact',
    '',
    'With `LIGHTDASH_TOOLSETS=compact` only these are listed; the last four reach the others.',
    '',
    toolSearchTools(toolDefinitions)
      .map(({ name }) => code(name))
      .join(', '),
    '',
  ].join('\n');
}

const toolSection = (tool: Tool): string[] => [
  `### ${tool.name}`,
  '',
  `**${tool.title}.** ${tool.description}`,
  '',
  [...hints(tool), tool.operation && standsFor(tool.operation)].filter(Boolean).join(' '),
  '',
  ...argumentTable(z.toJSONSchema(schemaOf(tool), { target: 'draft-7', io: 'input' })),
];

function hints({ readOnly, destructive, idempotent, operation }: Tool): string[] {
  return [
    readOnly ? 'Reads.' : destructive ? 'May destroy.' : 'Writes.',
    ...(!readOnly && idempotent ? ['Doing it twice changes nothing more.'] : []),
    ...(operation?.irreversible ? ['Cannot be undone, so it asks first.'] : []),
    ...(operation?.auth === 'session' ? ['Refuses tokens: needs e-mail and password, or a session cookie.'] : []),
  ];
}

const standsFor = ({ id, method, path }: Operation) => `${code(id)}: ${code(`${method} ${path}`)}`;

function argumentTable({ properties = {}, required = [] }: Schema): string[] {
  const rows = Object.entries(properties).map(([name, property]) => {
    const schema = asSchema(property);
    return [
      code(name),
      typeOf(schema),
      required.includes(name) ? 'yes' : '',
      schema.default === undefined ? '' : code(JSON.stringify(schema.default)),
      [schema.description ?? '', ...inner(schema)].filter(Boolean).join('; '),
    ];
  });
  if (rows.length === 0) return ['No arguments.', ''];
  return [...table(['Argument', 'Type', 'Required', 'Default', 'What it is'], rows), ''];
}

/** The type of a value, in words. */
function typeOf(schema: Schema): string {
  const { type, items, properties, additionalProperties, anyOf } = schema;
  if (schema.enum) return schema.enum.map((value) => code(String(value))).join(', ');
  if (anyOf) return anyOf.map((item) => typeOf(asSchema(item))).join(' or ');
  if (typeof type === 'object') return type.join(' or ');
  if (type === 'array') return `list of ${typeOf(asSchema(items))}`;
  if (type === 'object' && properties) return `{${Object.keys(properties).join(', ')}}`;
  if (type === 'object' && asSchema(additionalProperties).type !== undefined)
    return `object of ${typeOf(asSchema(additionalProperties))}`;
  return `${type ?? 'anything'}${bounds(schema)}`;
}

const asSchema = (schema: unknown): Schema => (typeof schema === 'object' && schema !== null ? schema : {});

function bounds({ minimum, maximum }: Schema): string {
  const least = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const most = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (least === undefined) return most === undefined ? '' : ` (at most ${most})`;
  return most === undefined ? ` (at least ${least})` : ` (${least} to ${most})`;
}

/** Text on the keys of an object, or of the objects in a list. */
function inner(schema: Schema): string[] {
  const objects = [
    schema,
    asSchema(schema.items),
    ...(schema.anyOf ?? []).map((item) => asSchema(asSchema(item).items)),
  ];
  return objects.flatMap(({ properties = {} }) =>
    Object.entries(properties).flatMap(([name, property]) => {
      const { description } = asSchema(property);
      return description === undefined ? [] : [`${code(name)}: ${description}`];
    }),
  );
}
