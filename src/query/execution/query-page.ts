import * as z from 'zod';
import type { Endpoint } from '../../lightdash/endpoint.ts';
import {
  CancelledError,
  InvalidInputError,
  NotFoundError,
  ServerFaultError,
  UnknownRouteError,
} from '../../lightdash/errors.ts';
import { hasRows } from '../../lightdash/rows/rows.ts';
import { queryPage } from '../../operations/routes/async-queries.ts';
import { type JsonObject, objects, text } from '../../text/json.ts';

const page = z.looseObject({ status: z.string(), error: z.string().nullish() });

/** A page of a query's rows; undefined while it runs. */
export async function readPage(
  { projectUuid, queryUuid }: { readonly projectUuid: string; readonly queryUuid: string },
  range: { readonly page: number; readonly pageSize: number },
  {
    execute,
  }: {
    execute(operation: Endpoint, args: Readonly<Record<string, unknown>>): Promise<{ readonly results: unknown }>;
  },
): Promise<JsonObject | undefined> {
  const results = await execute(queryPage, { projectUuid, queryUuid, ...range }).then(
    (response) => response.results,
    (error: unknown) => {
      throw error instanceof NotFoundError && !(error instanceof UnknownRouteError) ? expiredResultError(error) : error;
    },
  );
  const read = page.safeParse(results).data;
  switch (read?.status) {
    case 'ready':
      if (range.page === 1 && !hasRows(read.rows))
        throw new ServerFaultError('Lightdash returned no rows of a finished query.');
      return read;
    case 'error':
      throw new InvalidInputError(read.error ?? 'The query failed, and Lightdash gives no reason.', {
        advice: 'The warehouse refused the query; compile_query shows the SQL of a metric query.',
      });
    case 'expired':
      throw new NotFoundError('The results of this query have expired.', { advice: 'Run it again.' });
    case 'cancelled':
      throw new CancelledError('This query was cancelled; it has no rows.');
    case undefined:
      throw new ServerFaultError('Lightdash returned no state of the query.');
    default:
      // pending, queued, executing, and states of later releases.
      return undefined;
  }
}

const expiredResultError = (error: NotFoundError) =>
  new NotFoundError(error.message, {
    status: 404,
    advice: 'Results are kept for a limited time, and only for the user who ran the query. Run it again.',
  });

/** The server's warnings, without their Markdown and links. */
export function warningsOf(start: JsonObject): string[] {
  return objects(start.warnings).flatMap(({ message }) => {
    const plain = text(message)
      ?.replace(/\s*\[Read more\]\([^)]*\)/gi, '')
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll('**', '');
    return plain === undefined ? [] : [`Lightdash: ${plain.trim()}`];
  });
}

/** The error of a server without object storage and without the v1 routes, as releases after 1.219 may be. */
export const noRowsAnywhere = (): ServerFaultError =>
  new ServerFaultError('This Lightdash cannot return the rows of a query: it has no object storage to keep them in.', {
    status: 501,
    advice: 'Its administrator has to set up object storage.',
  });
