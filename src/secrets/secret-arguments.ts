import { SecretString } from './secret-string.ts';

const secretName =
  /pass(word|phrase|code|wd)|pwd|token|secret|credential|key_?file|(private|api|access)_?key|cookie|invite_?code|authorization|bearer|connection_?string|webhook_?url|^(code|state|otp|dsn|auth)$/i;

/** True if an argument of this name holds a secret; not for an id of one (personalAccessTokenUuid). */
export const isSecretName = (name: string): boolean => secretName.test(name) && !/uuid$/i.test(name);

/** Depth to which arguments are searched. */
const MAX_DEPTH = 32;

/**
 * The secrets among the arguments of a call (a password to be stored, a passcode): a server's error may repeat them.
 * Inside `credentials` only secret-named keys are secrets.
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
