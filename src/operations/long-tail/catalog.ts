import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { RawSql } from '../../lightdash/endpoint.ts';
import type { Method } from '../../lightdash/request.ts';

/** A schema of the few keywords that the generated data uses. */
export interface JsonSchema {
  readonly $ref?: string | undefined;
  readonly type?: string | undefined;
  readonly description?: string | undefined;
  readonly pattern?: string | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly anyOf?: readonly JsonSchema[] | undefined;
  readonly items?: JsonSchema | undefined;
  readonly properties?: Readonly<Record<string, JsonSchema>> | undefined;
  readonly required?: readonly string[] | undefined;
  /** Absent: an object with properties takes no others, one without takes any. */
  readonly additionalProperties?: boolean | JsonSchema | undefined;
}

/** `writes` can be taken back by another call; `destroys` takes something away or replaces all of it. */
export const kinds = ['reads', 'writes', 'destroys'] as const;
/** Kind of change: `reads`, `writes` or `destroys`. */
export type Kind = (typeof kinds)[number];

/** One operation of the API of today, as scripts/long-tail.mjs writes it. */
export interface LongTailOperation {
  /** Lightdash's operationId; `_v2` follows the two that are used twice. */
  readonly id: string;
  readonly method: Method;
  readonly path: string;
  /** Area, such as `metrics-trees`. */
  readonly area: string;
  readonly title: string;
  readonly note?: string | undefined;
  readonly kind: Kind;
  /** Every argument with its schema; those of the path among them. */
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
  /** Arguments that go to the query string. */
  readonly query: readonly string[];
  /** Arguments that make the body, or `body`: one argument that is the body. */
  readonly body?: 'body' | readonly string[] | undefined;
  /** Needs an Enterprise licence. */
  readonly enterprise: boolean;
  /** Refuses personal access tokens. */
  readonly session: boolean;
  /** SQL that the caller writes. */
  readonly rawSql?: RawSql | undefined;
  /** Lists what is in several projects unless one is named. */
  readonly acrossProjects: boolean;
  readonly deprecated: boolean;
  /** Id of the operation to use instead of a deprecated one. */
  readonly successor?: string | undefined;
  /** Id of the operation that reads what this one changes: the object, its list, or the whole that it is a part of. */
  readonly state?: string | undefined;
  /** Fields of the answer that hold a secret. */
  readonly secrets: readonly string[];
  /** Is called to obtain its secret. */
  readonly givesSecret: boolean;
  /** The oldest of the releases 0.1366, 0.2904 and 1.219 whose API document has it. */
  readonly since: string;
}

/** An operation that cannot be called, and why. */
export interface LeftOutOperation {
  readonly id: string;
  readonly method: Method;
  readonly path: string;
  readonly reason: string;
}

/** All operations of one release of Lightdash. */
export interface LongTail {
  /** The release: `1.219`. */
  readonly release: string;
  readonly areas: Readonly<Record<string, { readonly about: string; readonly words: string }>>;
  /** Schemas that others refer to as `#/$defs/<name>`. */
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  readonly operations: readonly LongTailOperation[];
  readonly leftOut: readonly LeftOutOperation[];
}

const schema = z.custom<JsonSchema>((value) => typeof value === 'object' && value !== null);
const method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
const flag = z.boolean().default(false);
const names = z.array(z.string()).default([]);

const operation: z.ZodType<LongTailOperation> = z.strictObject({
  id: z.string(),
  method,
  path: z.string(),
  area: z.string(),
  title: z.string(),
  note: z.string().optional(),
  kind: z.enum(kinds),
  properties: z.record(z.string(), schema).default({}),
  required: names,
  query: names,
  body: z.union([z.literal('body'), z.array(z.string())]).optional(),
  enterprise: flag,
  session: flag,
  rawSql: z.enum(['runs', 'saves']).optional(),
  acrossProjects: flag,
  deprecated: flag,
  successor: z.string().optional(),
  state: z.string().optional(),
  secrets: names,
  givesSecret: flag,
  since: z.string(),
});

const longTail: z.ZodType<LongTail> = z.strictObject({
  release: z.string(),
  areas: z.record(z.string(), z.strictObject({ about: z.string(), words: z.string() })),
  definitions: z.record(z.string(), schema),
  operations: z.array(operation),
  leftOut: z.array(z.strictObject({ id: z.string(), method, path: z.string(), reason: z.string() })),
});

/** Reads the generated data. */
export const parseLongTail = (text: string): LongTail => longTail.parse(JSON.parse(text));

let loading: Promise<LongTail> | undefined;

/** Reads the generated file with the first call, and keeps it. The build puts it next to the chunk of this module. */
export function loadLongTail(): Promise<LongTail> {
  loading ??= readFile(new URL('./operations.json', import.meta.url), 'utf8').then(parseLongTail);
  return loading;
}
