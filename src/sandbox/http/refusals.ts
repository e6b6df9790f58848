import { SandboxError, type SandboxErrorName } from '../errors.ts';

/** The refusals of the real server, under the names and status codes that it gives them. */

export const NO_ACCESS = "You don't have access to this resource or action";

export const forbidden = (message: string = NO_ACCESS): SandboxError =>
  new SandboxError(403, 'ForbiddenError', message);
export const notFound = (message: string): SandboxError => new SandboxError(404, 'NotFoundError', message);
export const notExists = (message: string): SandboxError => new SandboxError(404, 'NotExistsError', message);
export const wrongParameter = (message: string): SandboxError => new SandboxError(400, 'ParameterError', message);
export const alreadyExists = (message: string): SandboxError => new SandboxError(409, 'AlreadyExistsError', message);
export const missingConfig = (message: string): SandboxError => new SandboxError(422, 'MissingConfigError', message);
export const notSignedIn = (message: string): SandboxError => new SandboxError(401, 'AuthorizationError', message);
export const invalid = (data: Record<string, unknown>): SandboxError =>
  new SandboxError(422, 'ValidateError', '', data);

/** The real server's response to all that it does not check: duplicate names, ids that are not uuids, empty updates. */
export const unexpected = (
  message = 'Something went wrong.',
  name: SandboxErrorName = 'UnexpectedServerError',
): SandboxError => new SandboxError(500, name, message);
