import * as z from 'zod';
import type { Toolset } from '../operations/operation.ts';
import { schemaOf } from '../tools/arguments.ts';
import { tools } from '../tools/index.ts';
import type { Tool } from '../tools/tool.ts';

/** A tool as a host sees it in `tools/list`. */
export interface ToolDefinition {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: {
    readonly type: 'object';
    readonly properties?: Record<string, object>;
    readonly required?: string[];
    readonly [key: string]: unknown;
  };
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly idempotentHint: boolean;
    readonly openWorldHint: boolean;
  };
  readonly _meta: {
    readonly 'lightdash/toolset': Toolset;
    readonly 'lightdash/operationId'?: string;
    /** Runs or saves SQL that the caller writes. */
    readonly 'lightdash/rawSql'?: true;
    /** Calls are confirmed first. */
    readonly 'lightdash/confirms'?: true;
  };
}

/**
 * The entry of a tool, its schema written for tokens: no `$schema`, no patterns, no bounds and defaults that go without
 * saying, no `additionalProperties`. What is left out here is checked all the same, and refused in words.
 */
function toolDefinition(tool: Tool): ToolDefinition {
  const schema = z.toJSONSchema(schemaOf(tool), {
    target: 'draft-7',
    io: 'input',
    override: ({ jsonSchema }) => compact(jsonSchema),
  });
  delete schema.$schema;
  leaveOutProject(schema);
  const portable: typeof schema = JSON.parse(JSON.stringify(schema), withoutTypeLists);
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: { ...portable, type: 'object' } as ToolDefinition['inputSchema'],
    annotations: {
      readOnlyHint: tool.readOnly,
      destructiveHint: tool.destructive,
      idempotentHint: tool.idempotent,
      openWorldHint: true,
    },
    _meta: {
      'lightdash/toolset': tool.toolset,
      ...(tool.operation && { 'lightdash/operationId': tool.operation.id }),
      ...((tool.rawSql || tool.operation?.rawSql) && { 'lightdash/rawSql': true }),
      ...(tool.preview && { 'lightdash/confirms': true }),
    },
  };
}

/** No call must name the project: the configured one or the only visible one is used; with several, the refusal lists them. */
function leaveOutProject(schema: z.core.JSONSchema.BaseSchema): void {
  const required = schema.required?.filter((name) => name !== 'projectUuid') ?? [];
  if (required.length > 0) schema.required = required;
  else delete schema.required;
}

/** The API's own bound of pages and rows. */
const API_MAX_PAGE_SIZE = 5_000;

function compact(schema: z.core.JSONSchema.BaseSchema): void {
  // The description of a record names its keys and values.
  delete schema.additionalProperties;
  // Numbers here count rows, pages and members: bounds of zero and of the API's maximum go without saying.
  if (schema.maximum !== undefined && schema.maximum >= API_MAX_PAGE_SIZE) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER || schema.minimum === 0 || schema.minimum === 1) delete schema.minimum;
  if (schema.minLength === 1) delete schema.minLength;
  if (schema.minItems === 1) delete schema.minItems;
  // Drop empty defaults: optionality is already visible.
  if (isNothing(schema.default)) delete schema.default;
  // Formats of the same text differ in what the parser takes; the description says what to write.
  if (schema.anyOf?.every((choice) => typeof choice === 'object' && choice.type === 'string')) schema.type = 'string';
  // If `type` is declared, drop the wider `anyOf`.
  if (schema.type !== undefined) delete schema.anyOf;
  // Keys of a free-form object are always text.
  delete schema.propertyNames;
  leaveOutTheOnlyChoices(schema);
  delete schema.pattern;
}

/** An argument whose only value is its default is accepted and not listed. */
function leaveOutTheOnlyChoices({ properties }: z.core.JSONSchema.BaseSchema): void {
  for (const [name, property] of Object.entries(properties ?? {})) {
    if (typeof property !== 'object' || property.enum?.length !== 1) continue;
    if (property.default === property.enum[0]) delete properties?.[name];
  }
}

/** Some hosts refuse a list of types (`["string", "null"]`); a choice of schemas none refuses below the top. */
function withoutTypeLists(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('type' in value) || !Array.isArray(value.type)) return value;
  const { type, ...rest } = value;
  return { anyOf: type.map((item: unknown) => ({ type: item })), ...rest };
}

/** True for a default that is off, zero or empty, or holds only such values. */
const isNothing = (value: unknown): boolean =>
  value === false ||
  value === 0 ||
  value === '' ||
  (typeof value === 'object' && value !== null && Object.values(value).every(isNothing));

/** Every tool's entry, in the order of the toolsets. The build replaces this module by its own value. */
export const toolDefinitions: readonly ToolDefinition[] = tools.map(toolDefinition);
