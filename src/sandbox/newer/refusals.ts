import { z } from 'zod';
import { SandboxError, type SandboxErrorName } from '../errors.ts';

const newNames: Partial<Record<SandboxErrorName, SandboxErrorName>> = {
  NotExistsError: 'NotFoundError',
  KnexPaginationError: 'PaginationError',
};

const problem = z.looseObject({ message: z.string() });

/** A refusal as 0.2904 words it: other names, and the reasons of a 422 in its message too. */
export function newerRefusal({ statusCode, name, message, data }: SandboxError): SandboxError {
  const reasons = Object.entries(data).map(([path, one]) => `${path}: ${problem.safeParse(one).data?.message ?? ''}`);
  const said = name === 'ValidateError' && message === '' ? reasons.join(', ') : message;
  return new SandboxError(statusCode, newNames[name] ?? name, said, data);
}

/** What 0.2904 answers for a route that it does not have, whatever the method. */
export const noSuchEndpoint = (): SandboxError => new SandboxError(404, 'NotFoundError', 'API endpoint not found');
