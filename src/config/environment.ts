import { nearestAmong } from '../text/suggest.ts';
import { ConfigError } from './config.ts';
import { type Setting, settings } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const settingVariables = Object.values(settings).map(({ env }) => env);

/**
 * Refuses variables that look like settings and are none: a misspelt LIGHTDASH_READ_ONLY must not start a server that writes.
 *
 * @throws {ConfigError}
 */
export function assertKnownNames(environment: Environment): void {
  for (const name of Object.keys(environment)) {
    // On Windows a name in another case is the same name, and is read.
    if (!/^LIGHTDASH_/i.test(name) || environment[name] === undefined || settingVariables.includes(name)) continue;
    if (settingVariables.includes(name.toUpperCase()) && environment[name.toUpperCase()] !== undefined) continue;
    const shown = /^\w{1,60}$/.test(name) ? name : 'A variable that begins with LIGHTDASH_';
    throw new ConfigError(
      `${shown} is not a setting${nearestAmong(name.toUpperCase(), settingVariables)}. Correct or remove it`,
    );
  }
}

/** A whole value that a host, a shell or a template should have replaced. */
const PLACEHOLDER = /^(\$\{[^}]*\}|\$[A-Z_][A-Z0-9_]*|%[A-Z_][A-Z0-9_]*%|\{\{[^}]*\}\}|\$\([^)]*\)|<[^<>]*>)$/i;
const PLACEHOLDER_INSIDE = /\$\{[A-Za-z_][\w.:-]*\}/;
/** A field of Claude Desktop's form that was left empty: the host may pass on the placeholder as it stands. */
const EMPTY_FIELD = /^\$\{user_config\.\w+\}$/;

/**
 * Returns the text of a variable, without blanks around it; undefined for an empty one.
 *
 * @throws {ConfigError} for a placeholder that was not replaced, quotes around the value, and an empty value where that
 * would switch off a limit.
 */
export function textOf(
  { env, restricts, secret, quotable }: Setting<unknown>,
  value: string | undefined,
): string | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (text === '' || EMPTY_FIELD.test(text)) {
    if (restricts) throw new ConfigError(`${env} is empty: give it a value or remove it`);
    return undefined;
  }
  // The value is not repeated: it may be a secret in the wrong place.
  if (PLACEHOLDER.test(text) || (secret && !quotable && PLACEHOLDER_INSIDE.test(text))) {
    throw new ConfigError(`${env} is a placeholder that was not replaced: the variable that it names is not set`);
  }
  if (!quotable && /^(["'`]).*\1$/s.test(text)) {
    throw new ConfigError(`${env} is in quotes, which would be part of the value: remove them`);
  }
  return text;
}
