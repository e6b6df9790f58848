import { SecretString } from './secret-string.ts';

const secretName =
  /pass(word|phrase|code|wd)|pwd|token|secret|credential|key_?file|(private|api|access)_?key|cookie|invite_?code|authorization|bearer|connection_?string|webhook_?url|^(code|state|otp|dsn|auth)$/i;

/** Whether an argument of this name holds a secret. An id that only mentions a token (personalAccessTokenUuid) is none. */
export const isSecretName = (name: string): boolean => secretName.test(name) && !/uuid$/i.test(name);

/** Deeper than this no argument is looked at. */
const MAX_DEPTH = 32;

/**
 * The secrets among the arguments of a call (a password to be stored, a passcode): a server's refusal may echo them.
 * `credentials` are looked into: the type and the user's name in them are none.
 */
export function secretsIn(args: unknown): SecretString[] {
  const secrets: SecretString[] = [];
  const collect = (value: unknown, isSecret: boolean, depth: number) => {
    if (depth > MAX_DEPTH) return;
    if (typeof value === 'string' || typeof value === 'number') {
      if (isSecret) secrets.push(new SecretString(String(value)));
    } else if (Array.isArray(value)) {
      for (const item of value) collect(item, isSecret, depth + 1);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        collect(inner, isSecret || (isSecretName(name) && name !== 'credentials'), depth + 1);
      }
    }
  };
  collect(args, false, 0);
  return secrets;
}
