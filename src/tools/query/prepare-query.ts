import { granularities } from '../../operations/fields.ts';
import { buildMetricQuery, type MetricQuery, type MetricQueryArguments } from '../../query/builder/metric-query.ts';
import { exploreOf, exploresElsewhere } from '../../query/fields/explores.ts';
import type { FieldIndex } from '../../query/fields/field.ts';
import { ArgumentsError } from '../arguments.ts';
import type { ToolContext } from '../tool.ts';

/** A metric query as written by the model. */
export interface QueryArguments extends MetricQueryArguments {
  readonly projectUuid: string;
  readonly exploreId: string;
  /** Values of parameters, checked when the query is sent. */
  readonly parameters?: unknown;
}

/** A checked metric query. */
export interface PreparedQuery<Args extends QueryArguments> {
  readonly index: FieldIndex;
  readonly query: MetricQuery;
  readonly notes: readonly string[];
  /** The arguments with the checked parts of the query in place of the written ones. */
  readonly args: Args & Omit<MetricQuery, 'exploreName'>;
}

/**
 * Reads the explore and builds the query that the arguments mean.
 *
 * @throws {ArgumentsError} with every problem; nothing but the lookup was sent.
 */
export async function prepareQuery<Args extends QueryArguments>(
  args: Args,
  context: ToolContext,
): Promise<PreparedQuery<Args>> {
  const { projectUuid } = args;
  const [index, { maxLimit }] = await Promise.all([
    exploreOf(context.read, projectUuid, args.exploreId),
    context.server.get(),
  ]);
  let built = buildMetricQuery(index, args, { maxLimit });
  if (!built.ok && built.hasUnknownField) {
    const elsewhere = await exploresElsewhere(context.read, projectUuid);
    built = buildMetricQuery(index, args, { maxLimit, elsewhere });
  }
  if (!built.ok) throw new ArgumentsError(built.problems);
  const { query, notes } = built;
  const { exploreName: exploreId, ...parts } = query;
  return { index, query, notes, args: { ...args, exploreId, ...parts } };
}

/** A note about a grain that some releases lack. */
export function grainNotes({ granularity }: { readonly granularity?: string | undefined }): string[] {
  if (granularity === undefined || granularities.includes(granularity)) return [];
  return [`granularity ${granularity} was passed unchanged: check that the dates below have that grain.`];
}
