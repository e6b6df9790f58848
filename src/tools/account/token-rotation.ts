import * as z from 'zod';
import { ignoreApiError, NotSignedInError } from '../../lightdash/errors.ts';
import { operationById } from '../../operations/index.ts';
import { SecretString } from '../../secrets/secret-string.ts';
import type { ToolHandler, ToolHandlers } from '../operation-tool.ts';
import type { ToolContext } from '../tool.ts';

const rotated = z.looseObject({ token: z.string().min(1), expiresAt: z.string().nullish() });

/**
 * Rotates a token. The old one stops working at once (measured on 0.1366), so a request with it shows if it was the one in
 * use. This server then continues with the new one, which the person must write into the settings.
 */
const rotateToken: ToolHandler<'Rotate personal access token'> = async (operation, args, context) => {
  const { results } = await context.execute(operation, args);
  const parsed = rotated.safeParse(results);
  if (!parsed.success) return { text: 'Done, but Lightdash returned no new token.' };
  const { token, expiresAt } = parsed.data;
  const until = expiresAt ? `, valid until ${expiresAt}` : '';
  const once = 'It is shown only this time, and this conversation now holds it.';
  const secret = new SecretString(token);
  const wasOurs = await isOwnTokenRefused(context);
  if (wasOurs) context.lightdash.replaceApiKey(secret);
  return {
    text: `The token was rotated${until}. New token: ${token}\n${once}\n${nextStep(wasOurs)}`,
    data: results,
    carriesSecret: secret,
  };
};

function nextStep(wasOurs: boolean | undefined): string {
  if (wasOurs === undefined) {
    return 'It is unknown if this server uses it: if its next calls are refused, write the new one into LIGHTDASH_API_KEY in the settings of the host and restart it.';
  }
  return wasOurs
    ? 'It was the token of this server, which continues with the new one until it is restarted. Before that, write the new one into LIGHTDASH_API_KEY in the settings of the host.'
    : 'It is not the token of this server. Replace the old one where it was used.';
}

/**
 * True if Lightdash refuses the token of this server; undefined if the check fails: a new token, which Lightdash shows once,
 * must reach the person in any case.
 */
export async function isOwnTokenRefused({ execute }: ToolContext): Promise<boolean | undefined> {
  const request = execute(operationById('GetAuthenticatedUser'), {}).then(
    () => false,
    (error: unknown) => {
      if (error instanceof NotSignedInError) return true;
      throw error;
    },
  );
  return request.catch(ignoreApiError);
}

/** The access token that Lightdash returns is a secret that no conversation needs. */
const checkGoogleDrive: ToolHandler<'getAccessToken'> = async (operation, args, { execute }) => {
  await execute(operation, args);
  return { text: 'Google Drive is linked; upload_google_sheet can be used. (The access token itself is not shown.)' };
};

/** Handlers of the rotation of a token and of the access to Google Drive. */
export const accountHandlers = {
  'Rotate personal access token': rotateToken,
  getAccessToken: checkGoogleDrive,
} satisfies ToolHandlers;
