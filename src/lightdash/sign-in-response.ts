import { SecretString } from '../secrets/secret-string.ts';
import { NotJsonError, NotSignedInError, ServerFaultError } from './errors.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The first value of a response header. */
export function header(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/**
 * The session cookie of a sign-in.
 *
 * @throws {LightdashError} if the sign-in failed; the message says why.
 */
export function sessionCookie(
  { statusCode, headers }: { readonly statusCode: number; readonly headers: Headers },
  email: string,
): SecretString {
  if (statusCode === 429 || statusCode >= 500) {
    throw new ServerFaultError(`Signing in as ${email} failed (${statusCode}).`, {
      status: statusCode,
      advice: 'Nothing else was sent. Lightdash may be down, restarting or busy; try again later.',
    });
  }
  if (header(headers, 'content-type')?.includes('text/html') || (statusCode >= 300 && statusCode < 400)) {
    throw new NotJsonError(`Signing in as ${email} returned a web page (${statusCode}).`, {
      status: statusCode,
      advice:
        'Something in front of Lightdash, such as an access proxy, requires its own sign-in: set its headers in LIGHTDASH_HEADERS, or check LIGHTDASH_URL.',
    });
  }
  const cookies = [headers['set-cookie'] ?? []].flat().map((cookie) => cookie.split(';', 1)[0] ?? '');
  if (statusCode !== 200 || cookies.length === 0) {
    throw new NotSignedInError(`Signing in as ${email} was refused (${statusCode}).`, {
      status: statusCode,
      advice: 'Check LIGHTDASH_EMAIL and LIGHTDASH_PASSWORD; accounts with single sign-on have no password.',
    });
  }
  return new SecretString(cookies.join('; '));
}
