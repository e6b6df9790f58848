import type { ApiResponse } from '../../lightdash/client.ts';
import type { Endpoint } from '../../lightdash/endpoint.ts';
import { UnknownRouteError } from '../../lightdash/errors.ts';
import { ArgumentsError } from '../arguments.ts';
import type { ToolArguments, ToolContext } from '../tool.ts';

const NO_WRITES = 'this Lightdash has no way to write SQL charts for a token; its web app saves and deletes them';

/** @throws {ArgumentsError} on a release that cannot write SQL charts (0.1366), before anything is sent. */
export async function assertSqlChartWrites({ server }: Pick<ToolContext, 'server'>): Promise<void> {
  if (!(await server.get()).isNewer) throw new ArgumentsError([NO_WRITES]);
}

/** Sends a write of an SQL chart. @throws {ArgumentsError} on servers without the route (0.1366): nothing was written. */
export async function sendSqlChart(
  { execute }: Pick<ToolContext, 'execute'>,
  endpoint: Endpoint,
  args: ToolArguments,
): Promise<ApiResponse> {
  try {
    return await execute(endpoint, args);
  } catch (error) {
    if (error instanceof UnknownRouteError)
      // SQL that was run before counts as sent; nothing was saved.
      throw new ArgumentsError([NO_WRITES], 'was not carried out; nothing was changed');
    throw error;
  }
}
