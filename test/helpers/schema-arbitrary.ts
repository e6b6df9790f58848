import fc from 'fast-check';

/** The part of JSON Schema in which the tools' arguments are written. */
export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
}

type Arguments = Record<string, unknown>;

/** Texts that programs trip over: control characters, halves of pairs, marks that turn the writing around, long ones. */
const oddTexts = [
  '\u0000',
  '\ud800',
  'a\udfff b',
  '\u202eevil',
  'e\u0301\u0301\u0301',
  '👩‍👩‍👧‍👦',
  '\ufeff',
  '\u2028',
  '../../admin',
  "'; DROP TABLE orders; --",
  '{{user}} %s %n',
  '<script>alert(1)</script>',
  '-1',
  'NaN',
  'x'.repeat(10_000),
  '0',
  'null',
  'constructor',
  '__proto__',
];

const anyText = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 20 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 2, arbitrary: fc.constantFrom(...oddTexts) },
  { weight: 1, arbitrary: fc.uuid() },
);

/** Texts for an argument: those that mean something under its name. */
export interface Texts {
  readonly examples: (name: string) => readonly string[];
  /** No other texts where there are known ones, and nothing that may be left out. */
  readonly isPlain?: boolean;
}

/** Values that a schema allows. */
export function fitting(schema: Schema, texts: Texts, name = ''): fc.Arbitrary<unknown> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((schema) => fitting(schema, texts, name)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'object':
      return fittingObject(schema, texts);
    case 'array':
      return fc.array(fitting(schema.items ?? {}, texts, name), {
        minLength: schema.minItems ?? 0,
        maxLength: (schema.minItems ?? 0) + 3,
      });
    case 'string': {
      const examples = texts.examples(name);
      if (texts.isPlain && examples.length > 0) return fc.constantFrom(...examples);
      const odd = schema.minLength ? anyText.filter((text) => text.length >= (schema.minLength ?? 0)) : anyText;
      return examples.length === 0
        ? odd
        : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...examples) }, { weight: 1, arbitrary: odd });
    }
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1_000_000, max: schema.maximum ?? 1_000_000 });
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function fittingObject(schema: Schema, texts: Texts): fc.Arbitrary<Arguments> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const included = Object.entries(properties).filter(([name]) => !texts.isPlain || required.includes(name));
  const members = Object.fromEntries(included.map(([name, property]) => [name, fitting(property, texts, name)]));
  const declared: fc.Arbitrary<Arguments> = fc.record(members, { requiredKeys: [...required] });
  if (typeof additionalProperties !== 'object') return declared;
  const further = fc.dictionary(fc.string({ minLength: 1, maxLength: 10 }), fitting(additionalProperties, texts), {
    maxKeys: 3,
  });
  return fc.tuple(further, declared).map(([more, ours]) => ({ ...more, ...ours }));
}

/** Arguments that a schema does not allow, and the argument that is wrong with them. */
export interface Broken {
  readonly args: Arguments;
  readonly about: string;
  readonly how: string;
}

/** Arguments that fit but for one thing. */
export function broken(schema: Schema, { examples }: Texts): fc.Arbitrary<Broken> {
  const { properties = {}, required = [] } = schema;
  // Nothing but the one thing is to be wrong: texts that only look odd may be refused as well.
  const texts: Texts = {
    examples: (name) => (examples(name).length > 0 ? examples(name) : ['something']),
    isPlain: true,
  };
  const ways: fc.Arbitrary<(args: Arguments) => Broken>[] = [
    fc
      .oneof(
        fc.stringMatching(/^[a-z][a-zA-Z]{2,20}$/),
        fc.constantFrom('constructor', 'toString', 'имя', 'q'.repeat(99)),
      )
      .filter((name) => !Object.hasOwn(properties, name))
      .map((name) => (args) => ({ args: { ...args, [name]: 1 }, about: name, how: 'unknown' })),
  ];
  if (required.length > 0) {
    ways.push(
      fc.constantFrom(...required).map((name) => (args) => {
        const { [name]: _, ...rest } = args;
        return { args: rest, about: name, how: 'missing' };
      }),
    );
  }
  for (const [name, property] of Object.entries(properties)) {
    const values = notFitting(property, texts, name);
    if (values)
      ways.push(
        values.map(({ value, how }) => (args) => ({ args: { ...args, [name]: value }, about: name, how })),
      );
  }
  const fits = fittingObject(schema, texts);
  return fc.tuple(fits, fc.oneof(...ways)).map(([args, breaking]) => breaking(args));
}

interface NotFitting {
  readonly value: unknown;
  readonly how: string;
}

const ofEachType: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: fc.string({ maxLength: 5 }),
  integer: fc.integer(),
  fraction: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
  boolean: fc.boolean(),
  null: fc.constant(null),
  array: fc.constant([]),
  object: fc.constant({}),
};

/** Values that a schema does not allow; undefined where it allows everything. */
function notFitting(schema: Schema, texts: Texts, name: string): fc.Arbitrary<NotFitting> | undefined {
  const types = allowedTypes(schema);
  if (types === undefined) return undefined;
  // One text for a list of texts is read as a list of one.
  const isTexts = schema.items !== undefined && (allowedTypes(schema.items)?.has('string') ?? true);
  const wrong = Object.entries(ofEachType)
    .filter(([type]) => !types.has(type) && !(type === 'string' && isTexts))
    .map(([, values]) => values.map((value) => ({ value, how: 'wrong type' })));
  const ways: fc.Arbitrary<NotFitting>[] = [...wrong];
  const as = (how: string) => (value: unknown) => ({ value, how });
  const { minimum, maximum, minItems, items } = schema;
  if (schema.enum && types.has('string')) {
    ways.push(
      fc
        .string()
        .filter((text) => !schema.enum?.includes(text))
        .map(as('not in the list')),
    );
  }
  if (minimum !== undefined) ways.push(fc.integer({ min: -1e9, max: Math.ceil(minimum) - 1 }).map(as('too small')));
  if (maximum !== undefined) ways.push(fc.integer({ min: Math.floor(maximum) + 1, max: 2e9 }).map(as('too big')));
  if (minItems) ways.push(fc.constant(as('too few')([])));
  const wrongItem = items && notFitting(items, texts, name);
  if (items && wrongItem) {
    ways.push(
      fc.tuple(fc.array(fitting(items, texts, name), { maxLength: 2 }), wrongItem).map(([good, { value, how }]) => ({
        value: [...good, value],
        how: `${how} inside`,
      })),
    );
  }
  return fc.oneof(...ways);
}

function allowedTypes(schema: Schema): Set<string> | undefined {
  if (schema.anyOf) {
    const alternatives = schema.anyOf.map(allowedTypes);
    return alternatives.includes(undefined) ? undefined : new Set(alternatives.flatMap((types) => [...(types ?? [])]));
  }
  if (schema.enum) return new Set(schema.enum.map((value) => (value === null ? 'null' : typeof value)));
  if (schema.type === undefined) return undefined;
  return new Set(schema.type === 'number' ? ['integer', 'fraction'] : [schema.type]);
}
