import type { Endpoint, Successor } from '../../lightdash/endpoint.ts';
import type { Method } from '../../lightdash/request.ts';

/** A route that reads; `query` are the arguments that go into the address, `successor` replaces it on newer releases. */
export const get = (
  id: string,
  path: string,
  query: readonly string[] = [],
  successor: Successor | undefined = undefined,
): Endpoint => ({
  id,
  method: 'GET',
  path,
  query,
  readOnly: true,
  auth: 'token',
  ...(successor && { successor }),
});

/** A route that writes; the arguments that the path does not take are its body. */
export const write = (id: string, method: Exclude<Method, 'GET'>, path: string): Endpoint => ({
  id,
  method,
  path,
  readOnly: false,
  auth: 'token',
});

/** A route that writes its argument `body` as it is. */
export const writeBody = (
  id: string,
  method: Exclude<Method, 'GET'>,
  path: string,
  query: readonly string[] = [],
): Endpoint => ({ ...write(id, method, path), query, body: ({ body }) => body });
