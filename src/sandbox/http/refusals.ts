import { SandboxError, type SandboxErrorName } from '../errors.ts';

/** The refusals of the real server, under the names and status codes that it gives them. */

export const NO_ACCESS = "You don't have access to this resource or action";

/** 403: the user may not do that. */
export const forbidden = (message: string = NO_ACCESS): SandboxError =>
  new SandboxError(403, 'ForbiddenError', message);
/** 404, by the error of most routes. */
export const notFound = (message: string): SandboxError => new SandboxError(404, 'NotFoundError', message);
/** 404, by the error of routes that look a record up by an unknown id. */
export const notExists = (message: string): SandboxError => new SandboxError(404, 'NotExistsError', message);
/** 400: the request is well formed and makes no sense. */
export const wrongParameter = (message: string): SandboxError => new SandboxError(400, 'ParameterError', message);
/** 409: the name or id is taken. */
export const alreadyExists = (message: string): SandboxError => new SandboxError(409, 'AlreadyExistsError', message);
/** 422: the server lacks a setting for it. */
export const missingConfig = (message: string): SandboxError => new SandboxError(422, 'MissingConfigError', message);
/** 401: no valid token or session. */
export const notSignedIn = (message: string): SandboxError => new SandboxError(401, 'AuthorizationError', message);
/** 422 of the validation of bodies, with the problems by path. */
export const invalid = (data: Record<string, unknown>): SandboxError =>
  new SandboxError(422, 'ValidateError', '', data);

/** The real server's response to all that it does not check: duplicate names, ids that are not uuids, empty updates. */
export const unexpected = (
  message = 'Something went wrong.',
  name: SandboxErrorName = 'UnexpectedServerError',
): SandboxError => new SandboxError(500, name, message);
