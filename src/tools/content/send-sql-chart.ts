import type { ApiResponse } from '../../lightdash/client.ts';
import type { Endpoint } from '../../lightdash/endpoint.ts';
import { UnknownRouteError } from '../../lightdash/errors.ts';
import { ArgumentsError } from '../arguments.ts';
import type { ToolArguments, ToolContext } from '../tool.ts';

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
      throw new ArgumentsError(['this Lightdash has no way to write SQL charts for a token; its web app saves them']);
    throw error;
  }
}
