// Makes compact JSON Schema of the schemas of an OpenAPI 3.0 document: no allOf, no nullable, no examples and prose;
// what is large and used more than once is a definition.

/** Longer than this, a schema that is used twice is written once, as a definition. */
const MAX_INLINE = 120;

/** Names of texts that are secrets. An id or the name of a file that only mentions one is none. */
const SECRET_NAME =
  /^(token|.*(Token|_token|Secret|_secret|password|Password|PrivateKey|privateKey|Pass|passphrase)|secret|password|keyfile\w*|inviteCode|inviteUrl)$/;

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const same = (left, right) => JSON.stringify(left) === JSON.stringify(right);
const nameOf = (ref) => ref.slice(ref.lastIndexOf('/') + 1);

/** Compacts schemas of one document; `definitions()` are those that the compacted schemas refer to. */
export class SchemaCompactor {
  #components;
  /** Definitions by the component's name: the compacted schema, its number once it is referred to, and its uses. */
  #compacted = new Map();
  #inProgress = new Set();
  #recursive = new Set();

  constructor(components) {
    this.#components = components;
  }

  /** The compact form of a schema; references stand for components until `inline` puts small ones in place. */
  compact(schema) {
    if (schema === undefined) return {};
    if (schema.$ref) return this.#reference(nameOf(schema.$ref));
    const parts = schema.allOf ?? [];
    if (parts.length > 0) {
      const { allOf, ...rest } = schema;
      const own = rest.properties ? [rest] : [];
      return nullable(this.#merge([...own, ...parts].map((part) => this.whole(part))), schema);
    }
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices) return nullable(union(choices.map((choice) => this.compact(choice))), schema);
    return nullable(this.#plain(schema), schema);
  }

  #plain({
    type,
    format,
    items,
    properties,
    required,
    additionalProperties,
    enum: values,
    minimum,
    maximum,
    minLength,
    maxLength,
    minItems,
    maxItems,
    pattern,
  }) {
    if (values) return { enum: [...values].filter((value) => value !== null) };
    if (type === 'array') return defined({ type, items: this.compact(items), minItems, maxItems });
    if (type === 'object' || properties) {
      const entries = Object.entries(properties ?? {});
      return defined({
        type: 'object',
        properties:
          entries.length > 0
            ? Object.fromEntries(entries.map(([name, item]) => [name, this.compact(item)]))
            : undefined,
        required: required?.length > 0 ? required : undefined,
        // Without this word an object with properties takes no others, and one without takes any.
        additionalProperties: isObject(additionalProperties)
          ? this.compact(additionalProperties)
          : additionalProperties === true || undefined,
      });
    }
    if (type === undefined) return {};
    return defined({
      type: format === 'int32' || format === 'int64' ? 'integer' : type,
      // Dates are written as text; which form a server takes is the server's to say.
      description: format === 'date-time' ? 'ISO time' : format === 'date' ? 'date' : undefined,
      minimum,
      maximum,
      minLength,
      maxLength,
      pattern,
    });
  }

  #reference(name) {
    if (this.#inProgress.has(name)) this.#recursive.add(name);
    else if (!this.#compacted.has(name)) {
      if (this.#components[name] === undefined) throw new Error(`no schema ${name}`);
      this.#inProgress.add(name);
      this.#compacted.set(name, this.compact(this.#components[name]));
      this.#inProgress.delete(name);
    }
    return { $ref: name };
  }

  /** A compacted schema with its outermost references followed. */
  #followed(schema) {
    let followed = schema;
    while (followed.$ref) {
      if (!this.#compacted.has(followed.$ref)) throw new Error(`${followed.$ref} contains itself by allOf`);
      followed = this.#compacted.get(followed.$ref);
    }
    return followed;
  }

  /** A schema whose outermost form is known: no reference. */
  whole(schema) {
    return this.#followed(this.compact(schema));
  }

  /** Names of the texts in an answer's schema that hold a secret. */
  secretNames(schema, seen = new Set(), names = new Set()) {
    if (schema.$ref) {
      if (seen.has(schema.$ref)) return [...names];
      seen.add(schema.$ref);
      return this.secretNames(this.#components[nameOf(schema.$ref)], seen, names);
    }
    for (const [name, inner] of Object.entries(schema.properties ?? {})) {
      if (SECRET_NAME.test(name) && inner.type === 'string' && inner.enum === undefined) names.add(name);
      this.secretNames(inner, seen, names);
    }
    for (const inner of [...(schema.allOf ?? []), ...(schema.anyOf ?? []), schema.items, schema.additionalProperties]) {
      if (isObject(inner)) this.secretNames(inner, seen, names);
    }
    return [...names];
  }

  /** All of several schemas: properties together; a choice among them becomes a choice of all. */
  #merge(parts) {
    const some = parts.filter((part) => Object.keys(part).length > 0);
    if (some.length === 0) return {};
    const choice = some.findIndex((part) => part.anyOf);
    if (choice >= 0) {
      const rest = some.toSpliced(choice, 1);
      return union(some[choice].anyOf.map((item) => this.#merge([this.#followed(item), ...rest])));
    }
    return some.reduce((left, right) => this.#mergeTwo(left, right));
  }

  #mergeTwo(left, right) {
    if (left.type !== 'object' || right.type !== 'object') return left.enum || right.type === undefined ? left : right;
    const properties = { ...left.properties };
    for (const [name, schema] of Object.entries(right.properties ?? {})) {
      properties[name] =
        properties[name] === undefined || same(properties[name], schema)
          ? schema
          : this.#narrower(properties[name], schema);
    }
    const required = [...new Set([...(left.required ?? []), ...(right.required ?? [])])];
    const { additionalProperties } = { ...free(left), ...free(right) };
    return defined({
      type: 'object',
      properties: Object.keys(properties).length > 0 ? properties : undefined,
      required: required.length > 0 ? required : undefined,
      additionalProperties,
    });
  }

  /** Of two schemas of one property, the one that says more. */
  #narrower(left, right) {
    const [first, second] = [left, right].map((item) => (item.$ref ? (this.#compacted.get(item.$ref) ?? item) : item));
    if (Object.keys(first).length === 0) return right;
    if (Object.keys(second).length === 0) return left;
    if (first.type === 'object' && second.type === 'object') return this.#merge([first, second]);
    if (first.enum && second.enum) return { enum: first.enum.filter((value) => second.enum.includes(value)) };
    if (second.enum) return right;
    return first.anyOf && !second.anyOf ? right : left;
  }

  /**
   * The schemas as they are written: small definitions and those used once in place, the others numbered.
   *
   * @returns the schemas in their order, and the definitions by number.
   */
  finish(schemas) {
    const uses = new Map();
    const count = (node) => {
      if (Array.isArray(node)) return node.forEach(count);
      if (!isObject(node)) return;
      if (typeof node.$ref === 'string') {
        const times = (uses.get(node.$ref) ?? 0) + 1;
        uses.set(node.$ref, times);
        if (times === 1) count(this.#compacted.get(node.$ref));
        return;
      }
      for (const inner of Object.values(node)) count(inner);
    };
    count(schemas);
    const numbers = new Map();
    const definitions = {};
    const write = (node) => {
      if (Array.isArray(node)) return node.map(write);
      if (!isObject(node)) return node;
      if (typeof node.$ref === 'string') {
        const name = node.$ref;
        const written = this.#recursive.has(name) ? undefined : write(this.#compacted.get(name));
        if (written !== undefined && (uses.get(name) === 1 || JSON.stringify(written).length <= MAX_INLINE))
          return written;
        if (!numbers.has(name)) {
          const number = String(numbers.size);
          numbers.set(name, number);
          definitions[number] = undefined;
          definitions[number] = written ?? write(this.#compacted.get(name));
        }
        return { $ref: `#/$defs/${numbers.get(name)}` };
      }
      const result = Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, write(inner)]));
      return Array.isArray(result.anyOf) ? union(result.anyOf) : result;
    };
    return { schemas: schemas.map(write), definitions };
  }
}

/** The rule of an object for further keys; one that allows them decides for all of an allOf. */
const free = ({ additionalProperties }) => (additionalProperties === undefined ? {} : { additionalProperties });

const defined = (schema) => Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined));

function nullable(schema, { nullable }) {
  return nullable ? union([schema, { type: 'null' }]) : schema;
}

/** One of several schemas, flat, each once; choices of plain values together. */
function union(choices) {
  const flat = choices.flatMap((choice) => choice.anyOf ?? [choice]);
  if (flat.some((choice) => Object.keys(choice).length === 0)) return {};
  const values = flat.filter((choice) => choice.enum).flatMap((choice) => choice.enum);
  const others = flat.filter((choice) => !choice.enum);
  const all = [...(values.length > 0 ? [{ enum: [...new Set(values)] }] : []), ...others];
  const once = all.filter((choice, position) => all.findIndex((item) => same(item, choice)) === position);
  return once.length === 1 ? once[0] : { anyOf: once };
}
