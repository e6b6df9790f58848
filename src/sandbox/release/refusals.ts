import * as z from 'zod';
import { SandboxError, type SandboxErrorName } from '../errors.ts';

const newNames: Partial<Record<SandboxErrorName, SandboxErrorName>> = {
  NotExistsError: 'NotFoundError',
  KnexPaginationError: 'PaginationError',
};

const problem = z.looseObject({ message: z.string() });

/** The response of 0.1366 to an unknown token. */
const UNKNOWN_TOKEN = 'Personal access token is not recognised';

/** A refusal as 1.219 words it: other names, and the reasons of a 422 in its message too. */
export function newerRefusal({ statusCode, name, message, data }: SandboxError): SandboxError {
  const reasons = Object.entries(data).map(
    ([path, value]) => `${path}: ${problem.safeParse(value).data?.message ?? ''}`,
  );
  const shownMessage = name === 'ValidateError' && message === '' ? reasons.join(', ') : message;
  return new SandboxError(
    statusCode,
    newNames[name] ?? name,
    shownMessage.replace(UNKNOWN_TOKEN, 'Failed to authorize user'),
    data,
  );
}

/** The response of 1.219 to an unknown route, with any method. */
export const noSuchEndpoint = (): SandboxError => new SandboxError(404, 'NotFoundError', 'API endpoint not found');
