import { ignoreApiError } from '../../lightdash/errors.ts';
import { health, isSince, versionOf } from '../../lightdash/server-release.ts';
import type { JsonObject } from '../../text/json.ts';
import { joinWithOr } from '../../text/names.ts';
import { ArgumentsError } from '../arguments.ts';
import type { PreviewClient } from '../preview.ts';
import type { DeliveredContent } from './content.ts';

/**
 * Refuses what 0.1366 does not have: it checks no body, so such a delivery would be saved and reach no one.
 *
 * @throws {ArgumentsError}
 */
export async function assertSupported(
  { body, kind }: { readonly body: JsonObject; readonly kind?: DeliveredContent['kind'] },
  targets: readonly JsonObject[],
  client: PreviewClient,
): Promise<void> {
  const version = versionOf(await client.read(health, {}).catch(ignoreApiError));
  if (version === undefined || isSince(version, '0.2904')) return;
  const lacking = [
    ...(kind === 'SQL chart' ? ['deliveries of SQL charts'] : []),
    ...(body.format === 'xlsx' ? ['xlsx (csv works)'] : []),
    ...(targets.some((target) => 'webhook' in target) ? ['Teams'] : []),
    ...(targets.some((target) => 'googleChatWebhook' in target) ? ['Google Chat'] : []),
  ];
  if (lacking.length > 0) throw new ArgumentsError([`this Lightdash (${version}) has no ${joinWithOr(lacking)}`]);
}
