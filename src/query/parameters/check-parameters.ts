import { isObject, unwrapJson } from '../../text/json.ts';
import { normalizeName } from '../../text/names.ts';
import { quoteInput } from '../../text/plain-text.ts';
import { nearestAmong } from '../../text/suggest.ts';
import { type Parameter, type ParameterValue, type ParameterValues, readParameterValue } from './parameter.ts';

interface CheckedParameters {
  readonly values: ParameterValues;
  /** Corrections and doubts. */
  readonly notes: readonly string[];
  /** Faults of the argument; nothing may be sent then. */
  readonly problems: readonly string[];
}

/** Checks the `parameters` of a call against those of the project: Lightdash ignores names that it does not have. */
export function checkParameters(written: unknown, available: readonly Parameter[]): CheckedParameters {
  const source = unwrapJson(written);
  if (!isObject(source))
    return {
      values: {},
      notes: [],
      problems: ['parameters is an object of names and values: {"market": "Portugal"}.'],
    };
  const problems: string[] = [];
  const notes: string[] = [];
  const values: [string, ParameterValue][] = [];
  for (const [name, value] of Object.entries(source)) {
    const parameter = available.find((candidate) => candidate.name === name) ?? sameName(available, name);
    if (parameter === undefined) {
      const names = available.map((candidate) => candidate.name);
      problems.push(
        names.length === 0
          ? `parameters: this project has none, so "${quoteInput(name)}" has no effect; a filter may be the way.`
          : `parameters: there is no "${quoteInput(name)}"${nearestAmong(name, names)}; list_parameters shows all.`,
      );
      continue;
    }
    // Null is a value that was left out.
    if (value === null) continue;
    const read = readValue(parameter, value);
    if ('problem' in read) problems.push(read.problem);
    else {
      values.push([parameter.name, read.value]);
      if (read.note !== undefined) notes.push(read.note);
    }
  }
  return { values: Object.fromEntries(values), notes, problems };
}

const sameName = (available: readonly Parameter[], name: string): Parameter | undefined =>
  available.find(({ name: own, label }) => [own, label].some((text) => normalizeName(text) === normalizeName(name)));

type ReadValue = { readonly value: ParameterValue; readonly note?: string } | { readonly problem: string };

function readValue(parameter: Parameter, written: unknown): ReadValue {
  const { name, multiple, type } = parameter;
  const value = readParameterValue(written);
  const listed = multiple && typeof value === 'string' ? optionsIn(parameter, value) : undefined;
  const items = listed ?? (value === undefined ? [] : [value].flat());
  if (items.length === 0)
    return {
      problem: `parameters: ${name} takes ${multiple ? 'a list of values' : 'a value'}, not ${quoteInput(JSON.stringify(written) ?? '')}.`,
    };
  if (items.length > 1 && !multiple) return { problem: `parameters: ${name} takes one value, not ${items.length}.` };
  const typed = items.map((item) => (type === 'number' ? Number(item) : String(item)));
  const wrong = items.find((_, position) => Number.isNaN(typed[position]));
  if (wrong !== undefined)
    return { problem: `parameters: ${name} takes a number, not "${quoteInput(String(wrong))}".` };
  const chosen = typed.map((item) => optionLike(parameter, item) ?? item);
  const { options } = parameter;
  const other = options.length === 0 ? undefined : chosen.find((item) => !options.includes(item));
  return {
    value: multiple ? chosen : (chosen[0] ?? ''),
    ...(other !== undefined && {
      note: `parameter ${name}: "${quoteInput(String(other))}" is none of its options (${options.join(', ')}); it was sent as it is.`,
    }),
  };
}

/** The options that a text lists with commas between them; undefined if one of them is none. */
function optionsIn(parameter: Parameter, written: string): readonly (string | number)[] | undefined {
  const options = written.split(',').flatMap((item) => optionLike(parameter, item) ?? []);
  return options.length === written.split(',').length ? options : undefined;
}

/** The option that has the same letters, but for case and spaces at its ends. */
const optionLike = ({ options }: Parameter, value: string | number): string | number | undefined =>
  options.find((option) => option === value) ??
  options.find((option) => String(option).toLowerCase() === String(value).trim().toLowerCase());
