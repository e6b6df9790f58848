import { isObject, type JsonObject, list, objects, text } from '../../text/json.ts';

/** A value of a parameter; a list for one that takes several. */
export type ParameterValue = string | number | readonly (string | number)[];
/** Values by the parameter's name. */
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** A parameter of a project: a value that the SQL of its fields refers to. */
export interface Parameter {
  readonly name: string;
  readonly label: string;
  readonly description: string | undefined;
  readonly type: 'string' | 'number' | 'date';
  /** True if it takes several values. */
  readonly multiple: boolean;
  /** The value that holds if a query sets none; undefined if every query must set one. */
  readonly default: ParameterValue | undefined;
  /** The values to choose from; empty if the model lists none. Lightdash accepts others too (measured on 1.219). */
  readonly options: readonly (string | number)[];
  /** The dimension whose values are the options. */
  readonly optionsFrom: { readonly model: string; readonly dimension: string } | undefined;
}

/** Reads the list of a project's parameters, those of its models included. */
export const readParameters = (results: unknown): readonly Parameter[] =>
  objects(isObject(results) ? results.data : results).flatMap((item) => readParameter(item) ?? []);

function readParameter({ name, config, modelName }: JsonObject): Parameter | undefined {
  const ownName = text(name);
  if (ownName === undefined || !isObject(config)) return undefined;
  const model = text(modelName);
  const { type, options_from_dimension: dimension } = config;
  return {
    // Parameters of a model are written `model.name` in its SQL.
    name: model === undefined || ownName.startsWith(`${model}.`) ? ownName : `${model}.${ownName}`,
    label: text(config.label) ?? ownName,
    description: text(config.description),
    type: type === 'number' || type === 'date' ? type : 'string',
    multiple: config.multiple === true,
    default: readParameterValue(config.default),
    options: list(config.options).flatMap((option) => scalar(isObject(option) ? option.value : option) ?? []),
    optionsFrom: readOptionsFrom(dimension),
  };
}

function readOptionsFrom(source: unknown): Parameter['optionsFrom'] {
  const [model, dimension] = isObject(source) ? [text(source.model), text(source.dimension)] : [];
  return model === undefined || dimension === undefined ? undefined : { model, dimension };
}

const scalar = (value: unknown): string | number | undefined =>
  typeof value === 'string' || typeof value === 'number' ? value : undefined;

/** The value, if it is one that a parameter can have. */
export function readParameterValue(value: unknown): ParameterValue | undefined {
  if (!Array.isArray(value)) return scalar(value);
  const items = value.flatMap((item) => scalar(item) ?? []);
  return items.length === value.length ? items : undefined;
}

/** Values by name, without invalid ones. */
export const readParameterValues = (values: unknown): ParameterValues =>
  Object.fromEntries(
    Object.entries(isObject(values) ? values : {}).flatMap(([name, value]) => {
      const read = readParameterValue(value);
      return read === undefined ? [] : [[name, read]];
    }),
  );

/** The saved parameters of a dashboard: `{name: {parameterName, value}}`. */
export const readSavedParameters = (saved: unknown): ParameterValues =>
  readParameterValues(
    Object.fromEntries(
      Object.entries(isObject(saved) ? saved : {}).map(([key, item]) =>
        isObject(item) ? [text(item.parameterName) ?? key, item.value] : [key, item],
      ),
    ),
  );

/** `Portugal`, `web, mobile`; an empty text in quotes. */
export const parameterText = (value: ParameterValue): string =>
  [value]
    .flat()
    .map((item) => (item === '' ? '""' : item))
    .join(', ');

/** `market = Portugal; channels = web, mobile`. */
const describeValues = (values: ParameterValues): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} = ${parameterText(value)}`)
    .join('; ');

/** The parameters that a chart or dashboard saves, as a line; none if it saves none. */
export function savedParametersLine(saved: unknown): readonly string[] {
  const values = readSavedParameters(saved);
  return Object.keys(values).length > 0 ? [`Saved parameters: ${describeValues(values)}.`] : [];
}

/** One parameter on a line: name, label, kind of value, default, options. */
export function describeParameter({ name, label, description, type, multiple, ...rest }: Parameter): string {
  const kind = multiple ? `several ${type}s` : type;
  const standing =
    rest.default === undefined ? 'no default: a query must set it' : `default ${parameterText(rest.default)}`;
  const options = [
    ...(rest.options.length > 0 ? [`options ${rest.options.join(', ')}`] : []),
    ...(rest.optionsFrom === undefined ? [] : [`values of ${rest.optionsFrom.model}.${rest.optionsFrom.dimension}`]),
  ];
  const caption = description === undefined ? label : `${label}: ${description}`;
  return `${name} (${caption}): ${[kind, standing, ...options].join('; ')}`;
}
