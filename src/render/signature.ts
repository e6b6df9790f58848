import type { JsonSchema } from '../operations/long-tail/catalog.ts';
import { estimateTokens } from '../text/token-budget.ts';

/** Objects deeper than this are shown as `{…}`. */
const MAX_DEPTH = 4;
/** A choice of more values than this is cut. */
const MAX_VALUES = 12;

/** Arguments of an operation, and the schemas that they refer to. */
interface Arguments {
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

/**
 * Arguments as a model reads them best, in the way of TypeScript: `{name: string, colors: string[], limit?: number}`. As
 * deep as the tokens allow, four levels at most; `cut` says that something was left out.
 */
export function renderSignature(args: Arguments, tokens: number): { readonly text: string; readonly cut: boolean } {
  const { properties, required, definitions } = args;
  const whole: JsonSchema = { type: 'object', properties, required };
  for (let depth = MAX_DEPTH; ; depth -= 1) {
    const writer = new SignatureWriter(definitions);
    const text = writer.write(whole, depth);
    if (depth === 1 || estimateTokens(text) <= tokens) return { text, cut: writer.cut };
  }
}

/** The schema of an argument, or of a part of one: `chartConfig.config`, `tiles[].properties`; undefined if there is none. */
export function schemaAt({ properties, required, definitions }: Arguments, path: string): JsonSchema | undefined {
  const steps = path
    .replaceAll('[]', '')
    .split('.')
    .filter((step) => step !== '');
  let at: readonly JsonSchema[] = [{ type: 'object', properties, required }];
  for (const step of steps) {
    at = at
      .flatMap((schema) => choices(schema, definitions))
      .flatMap((schema) => {
        const inner = schema.properties?.[step];
        return inner ? [inner] : [];
      });
  }
  return at.length > 1 ? { anyOf: at } : at[0];
}

/** A schema as the plain ones that it may be; of a list those of its items. */
function choices(schema: JsonSchema, definitions: Arguments['definitions'], depth = 0): readonly JsonSchema[] {
  if (depth > MAX_FOLLOWED) return [];
  const next = (inner: JsonSchema) => choices(inner, definitions, depth + 1);
  if (schema.$ref) {
    const target = definitions[nameOf(schema.$ref)];
    return target ? next(target) : [];
  }
  if (schema.anyOf) return schema.anyOf.flatMap(next);
  return schema.items ? next(schema.items) : [schema];
}

/** References and lists that are followed for one step of a path. */
const MAX_FOLLOWED = 8;
const nameOf = (ref: string) => ref.slice(ref.lastIndexOf('/') + 1);

class SignatureWriter {
  readonly #definitions: Arguments['definitions'];
  /** Definitions being written: one inside of itself is recursive. */
  readonly #open: string[] = [];
  cut = false;

  constructor(definitions: Arguments['definitions']) {
    this.#definitions = definitions;
  }

  write(schema: JsonSchema, depth: number): string {
    if (schema.$ref) return this.#reference(nameOf(schema.$ref), depth);
    if (schema.enum) return this.#values(schema.enum);
    if (schema.anyOf) return [...new Set(schema.anyOf.map((choice) => this.write(choice, depth)))].join('|');
    if (schema.type === 'array') {
      const items = this.write(schema.items ?? {}, depth);
      return this.#isChoice(schema.items ?? {}) ? `(${items})[]` : `${items}[]`;
    }
    if (schema.type === 'object') return this.#object(schema, depth);
    return schema.description ?? schema.type ?? 'any';
  }

  #isChoice(schema: JsonSchema): boolean {
    if (schema.$ref) return this.#isChoice(this.#definitions[nameOf(schema.$ref)] ?? {});
    return (schema.anyOf ?? schema.enum ?? []).length > 1;
  }

  #reference(name: string, depth: number): string {
    const definition = this.#definitions[name];
    if (definition === undefined || this.#open.includes(name)) {
      this.cut = true;
      return '{…}';
    }
    this.#open.push(name);
    const text = this.write(definition, depth);
    this.#open.pop();
    return text;
  }

  #values(values: readonly unknown[]): string {
    const shown = values.slice(0, MAX_VALUES).map((value) => JSON.stringify(value));
    if (values.length <= MAX_VALUES) return shown.join('|');
    this.cut = true;
    return `${shown.join('|')}|… ${values.length - MAX_VALUES} more`;
  }

  #object({ properties, required = [], additionalProperties }: JsonSchema, depth: number): string {
    const entries = Object.entries(properties ?? {});
    const others =
      typeof additionalProperties === 'object'
        ? [`[key]: ${this.write(additionalProperties, depth - 1)}`]
        : additionalProperties
          ? ['[key]: any']
          : [];
    if (entries.length === 0 && others.length === 0) return 'object';
    if (depth === 0) {
      this.cut = true;
      return '{…}';
    }
    // Required properties come first.
    const inOrder = [
      ...entries.filter(([name]) => required.includes(name)),
      ...entries.filter(([name]) => !required.includes(name)),
    ];
    const parts = inOrder.map(
      ([name, inner]) => `${name}${required.includes(name) ? '' : '?'}: ${this.write(inner, depth - 1)}`,
    );
    return `{${[...parts, ...others].join(', ')}}`;
  }
}
