import { NotFoundError } from '../../lightdash/errors.ts';
import { isUuid } from '../../operations/fields.ts';
import { operationById } from '../../operations/index.ts';
import { type JsonObject, objects, text } from '../../text/json.ts';
import { ArgumentsError } from '../arguments.ts';
import type { PreviewClient } from '../preview.ts';
import { readAll } from '../read-all.ts';
import { thresholdOf } from './alert.ts';
import { type DeliveredContent, deliveredContent } from './content.ts';
import { checkedTimezone } from './timezone.ts';

// Bodies of deliveries in the form of the API, which Lightdash does not check (recorded on 0.1366 and 1.219).

const CONTENT_KEYS = ['savedChartUuid', 'dashboardUuid', 'savedSqlUuid'] as const;
const FORMATS = ['csv', 'xlsx', 'image', 'gsheets'];

/** @throws {ArgumentsError} for a body that says neither what is sent nor to whom. */
export function assertSendable(body: JsonObject): void {
  const present = CONTENT_KEYS.filter((key) => text(body[key]) !== undefined);
  const hasNoTarget = objects(body.targets).length === 0 && body.format !== 'gsheets';
  const problems = [
    ...(text(body.name) === undefined ? ['scheduler.name is missing'] : []),
    ...(present.length === 1 ? [] : [`scheduler: exactly one of ${CONTENT_KEYS.join(', ')} is needed`]),
    ...present
      .filter((key) => !isUuid(String(body[key])))
      .map((key) => `scheduler.${key} must be a uuid; search_content returns it`),
    ...(FORMATS.includes(String(body.format)) ? [] : [`scheduler.format must be one of ${FORMATS.join(', ')}`]),
    ...(hasNoTarget ? ['scheduler.targets is empty: [{"recipient": e-mail}] or [{"channel": id of Slack}]'] : []),
  ];
  if (problems.length > 0) throw new ArgumentsError(problems);
}

/**
 * A body that replaces a delivery whole, with its alerts read as those of create_scheduler, and notes about them.
 *
 * @throws {ArgumentsError} for a body with parts missing, and for an alert that would never fire.
 */
export async function readWholeBody(
  body: JsonObject,
  before: JsonObject,
  client: PreviewClient,
): Promise<{ readonly body: JsonObject; readonly notes: readonly string[] }> {
  assertWhole(body);
  if (typeof body.timezone === 'string') checkedTimezone(body.timezone, 'scheduler.timezone');
  const written = objects(body.thresholds);
  if (written.length === 0) return { body, notes: [] };
  const content = await deliveredContent({ ...before, ...body }, client);
  const read = await readAll(
    written.map(({ fieldId, operator, value }) =>
      thresholdOf(
        {
          field: String(fieldId),
          operator: String(operator),
          value: typeof value === 'number' ? value : String(value),
        },
        content,
        client,
      ),
    ),
  );
  const thresholds = read.map(({ threshold }) => threshold);
  return { body: { ...body, thresholds }, notes: read.flatMap(({ notes }) => notes) };
}

/** @throws {ArgumentsError} for a body that does not replace a delivery whole: Lightdash answers 500 to it (recorded). */
function assertWhole(body: JsonObject): void {
  const missing = [
    ...['name', 'cron', 'format'].filter((key) => text(body[key]) === undefined),
    ...(Array.isArray(body.targets) ? [] : ['targets']),
  ];
  if (missing.length > 0)
    throw new ArgumentsError([
      `scheduler: it replaces the delivery whole, and lacks ${missing.join(', ')}; the other arguments change a part of it`,
    ]);
}

/** The content of a body that is not saved. @throws {ArgumentsError} if it is not there, or hidden from this token. */
export async function visibleContent(body: JsonObject, client: PreviewClient): Promise<DeliveredContent> {
  const content = await deliveredContent(body, client);
  if (content.name !== '?') return content;
  const { kind, uuid } = content;
  // Without a project there is no list to look in.
  if (kind === 'SQL chart') return { ...content, name: uuid };
  // No list has charts that are saved inside of a dashboard; the history of a chart can be read without a view.
  const isThere =
    kind === 'chart' &&
    (await client.execute(operationById('GetChartHistory'), { chartUuid: uuid }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof NotFoundError) return false;
        throw error;
      },
    ));
  if (isThere) return { ...content, name: uuid };
  throw new ArgumentsError([`scheduler: there is no ${kind} with the uuid ${uuid} that you can see`]);
}
