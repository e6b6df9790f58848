import * as z from 'zod';
import type { Toolset } from '../operations/operation.ts';
import { schemaOf } from './arguments.ts';
import { tools } from './index.ts';
import type { Tool } from './tool.ts';

/** A tool as a host sees it in `tools/list`. */
export interface ToolEntry {
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
  readonly _meta: { readonly 'lightdash/toolset': Toolset; readonly 'lightdash/operationId'?: string };
}

/**
 * The entry of a tool, its schema written for tokens: no `$schema`, no patterns, no bounds that only say "safe
 * integer", no `additionalProperties` (unknown arguments are refused all the same, by name).
 */
export function toolEntry(tool: Tool): ToolEntry {
  const schema = z.toJSONSchema(schemaOf(tool), {
    target: 'draft-7',
    io: 'input',
    override: ({ jsonSchema }) => compact(jsonSchema),
  });
  delete schema.$schema;
  const portable: typeof schema = JSON.parse(JSON.stringify(schema), withoutTypeLists);
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: { ...portable, type: 'object' } as ToolEntry['inputSchema'],
    annotations: {
      readOnlyHint: tool.readOnly,
      destructiveHint: tool.destructive,
      idempotentHint: tool.idempotent,
      openWorldHint: true,
    },
    _meta: { 'lightdash/toolset': tool.toolset, ...(tool.operation && { 'lightdash/operationId': tool.operation.id }) },
  };
}

function compact(schema: Record<string, unknown>): void {
  if (schema.additionalProperties === false || isEmptyObject(schema.additionalProperties))
    delete schema.additionalProperties;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.minLength === 1) delete schema.minLength;
  // A list or object that may be left out says so by not being required.
  if (isEmptyObject(schema.default) || (Array.isArray(schema.default) && schema.default.length === 0))
    delete schema.default;
  // The names of a free-form object are texts, always.
  delete schema.propertyNames;
  delete schema.pattern;
}

/** Some hosts refuse a list of types (`["string", "null"]`); a choice of schemas none refuses below the top. */
function withoutTypeLists(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('type' in value) || !Array.isArray(value.type)) return value;
  const { type, ...rest } = value;
  return { anyOf: type.map((each: unknown) => ({ type: each })), ...rest };
}

const isEmptyObject = (value: unknown) =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** Every tool's entry, in the order of the toolsets. The build replaces this module by its own value. */
export const surface: readonly ToolEntry[] = tools.map(toolEntry);
