import * as z from 'zod';
import { LightdashError, NotSignedInError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { SecretString } from '../../secrets/secret-string.ts';
import type { ToolHandler } from '../operation-tool.ts';

const rotated = z.looseObject({ token: z.string().min(1), expiresAt: z.string().nullish() });

/**
 * Rotates a token. Whether it is the one in use is found out by asking with the old one: it dies at once (measured on
 * 0.1366). Then this server goes on with the new one, and the person has to be told where to write it down.
 */
const rotateToken: ToolHandler = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  const parsed = rotated.safeParse(results);
  if (!parsed.success) return { text: 'Done, but Lightdash gave no new token back.' };
  const { token, expiresAt } = parsed.data;
  const until = expiresAt ? `, valid until ${expiresAt}` : '';
  const once = 'This is the only time it is shown, and this conversation now holds it.';
  const secret = new SecretString(token);
  const wasOurs = await refusesOurToken(context);
  if (wasOurs) context.lightdash.replaceApiKey(secret);
  const turn =
    wasOurs === undefined
      ? 'Whether this server uses it could not be found out: if its next calls are refused, write the new one into LIGHTDASH_API_KEY in the settings of the host and restart it.'
      : wasOurs
        ? 'It was the token that this server uses: it goes on with the new one until it is restarted. Before that, write the new one into LIGHTDASH_API_KEY in the settings of the host.'
        : 'It is not the token that this server uses. Write it down where the old one was used.';
  return {
    text: `The token was rotated${until}. New token: ${token}\n${once}\n${turn}`,
    data: results,
    carriesSecret: secret,
  };
};

/** Undefined where nothing can be told: the new token, which Lightdash shows once, must reach the person all the same. */
async function refusesOurToken({ execute }: Parameters<ToolHandler>[2]): Promise<boolean | undefined> {
  try {
    await execute(operationById('GetAuthenticatedUser'), {});
    return false;
  } catch (error) {
    if (error instanceof NotSignedInError) return true;
    if (error instanceof LightdashError) return undefined;
    throw error;
  }
}

/** Lightdash answers with a Google access token, which nobody in a conversation needs. */
const checkGoogleDrive: ToolHandler = async (operation, args, { execute }) => {
  await execute(operation, args);
  return { text: 'Google Drive is linked; upload_google_sheet can be used. (The access token itself is not shown.)' };
};

/** What the account tools do instead of passing Lightdash's answer on, by operation. */
export const accountHandlers: Readonly<Record<string, ToolHandler>> = {
  'Rotate personal access token': rotateToken,
  getAccessToken: checkGoogleDrive,
};
