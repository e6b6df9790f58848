import type { Endpoint } from '../../lightdash/endpoint.ts';
import { InvalidInputError } from '../../lightdash/errors.ts';
import { projectParameters } from '../../operations/routes/newer-releases.ts';
import { isObject, texts } from '../../text/json.ts';
import { checkParameters } from '../parameters/check-parameters.ts';
import {
  describeParameter,
  type Parameter,
  type ParameterValues,
  parameterText,
  readParameters,
  readParameterValues,
} from '../parameters/parameter.ts';

type Read = (endpoint: Endpoint, args: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** The parameters of a query. */
export interface RequestedParameters {
  /** The argument as the caller wrote it. */
  readonly written?: unknown;
  /** Saved values to send if the caller sets none, such as those of a dashboard. */
  readonly saved?: ParameterValues | undefined;
}

/** Values to send, and notes about them. */
interface ResolvedParameters {
  readonly values: ParameterValues;
  readonly notes: readonly string[];
}

const isWritten = (written: unknown): boolean =>
  written !== undefined && !(isObject(written) && Object.keys(written).length === 0);

/** The parameters of a project, through the cache; none on releases without them. */
export const parametersOf = async (read: Read, projectUuid: string): Promise<readonly Parameter[]> =>
  readParameters(await read(projectParameters, { projectUuid }));

/**
 * The values to send with a query; undefined if there are none.
 *
 * @throws {InvalidInputError} for a parameter that the project does not have, or a value that it cannot take.
 */
export async function resolveParameters(
  { written, saved = {} }: RequestedParameters,
  projectUuid: string,
  read: Read,
): Promise<ResolvedParameters | undefined> {
  if (!isWritten(written)) return Object.keys(saved).length === 0 ? undefined : { values: saved, notes: [] };
  const { values, notes, problems } = checkParameters(written, await parametersOf(read, projectUuid));
  if (problems.length > 0) throw new InvalidInputError(problems.join('\n'), { advice: 'The query was not sent.' });
  return { values: { ...saved, ...values }, notes };
}

/**
 * Parameters on a release that has none, or on a route that takes none.
 *
 * @throws {InvalidInputError} if the caller set one: the numbers would be of its default.
 */
export function refuseParameters({ written }: RequestedParameters): void {
  if (isWritten(written))
    throw new InvalidInputError('parameters: this Lightdash takes none for that query; nothing was sent.', {
      advice: 'Without the argument the query runs as it is.',
    });
}

/** The values that a query ran with, from its start response, and the sent ones that nothing in it refers to. */
export function parameterNotes(start: unknown, sent: ParameterValues = {}): readonly string[] {
  const { usedParametersValues, parameterReferences } = isObject(start) ? start : {};
  const used = readParameterValues(usedParametersValues);
  const values = Object.entries(used).map(([name, value]) => {
    const isSent = sent[name] !== undefined && parameterText(sent[name]) === parameterText(value);
    return `${name} = ${parameterText(value)}${isSent ? '' : ' (not set: saved or default)'}`;
  });
  if (!Array.isArray(parameterReferences)) return values.length > 0 ? [`Parameters: ${values.join('; ')}.`] : [];
  const unused = Object.keys(sent).filter((name) => !texts(parameterReferences).includes(name));
  return [
    ...(values.length > 0 ? [`Parameters: ${values.join('; ')}.`] : []),
    ...(unused.length > 0
      ? [`Without effect, as no field of this query refers to it: parameter ${unused.join(', ')}.`]
      : []),
  ];
}

/** The error of a query whose SQL refers to a parameter without a value, with its choices; any other error unchanged. */
export async function explainMissingParameters(error: unknown, projectUuid: string, read: Read): Promise<unknown> {
  if (!(error instanceof InvalidInputError)) return error;
  const names = /Missing parameters?: (.+?)\.?$/m.exec(error.message)?.[1]?.split(/,\s*/);
  if (names === undefined) return error;
  const available = await parametersOf(read, projectUuid).catch(() => []);
  const lines = names.map((name) => {
    const parameter = available.find((candidate) => candidate.name === name);
    return parameter === undefined ? `${name}: the project has no such parameter` : describeParameter(parameter);
  });
  return new InvalidInputError(
    `A field of this query needs a value of ${names.length === 1 ? 'the parameter' : 'the parameters'} ${names.join(', ')}, which ${names.length === 1 ? 'has' : 'have'} no default.`,
    {
      ...(error.status !== undefined && { status: error.status }),
      advice: [`Nothing was run. Set it with the argument parameters, such as {"${names[0]}": …}.`, ...lines].join(
        '\n',
      ),
    },
  );
}
