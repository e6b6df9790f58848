import { UnreachableError } from './errors.ts';
import { SecretString } from './secret.ts';

/** Whether a host name of a parsed URL means this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** The user names and passwords inside of proxies' addresses, as they stand there and decoded. */
export function proxyCredentials(proxies: readonly string[]): SecretString[] {
  return proxies.flatMap((proxy) => {
    const { password } = URL.canParse(proxy) ? new URL(proxy) : { password: '' };
    return password ? [new SecretString(password), new SecretString(decoded(password))] : [];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Proxies as the environment names them. */
export interface ProxySettings {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
}

/**
 * A proxy's address in full: many environments name it without a scheme, as curl allows. Empty for none.
 *
 * @throws {UnreachableError} for what is no address; it is not repeated, because a password may stand in it.
 */
export function proxyAddress(setting: string, proxy = ''): string {
  const address = proxy === '' || proxy.includes('://') ? proxy : `http://${proxy}`;
  if (address === '' || (URL.canParse(address) && /^(https?|socks5?):$/.test(new URL(address).protocol)))
    return address;
  throw new UnreachableError(`The proxy in ${setting} is not an address such as http://proxy.example:8080.`, {
    advice: `Mend or remove ${setting} in the environment of this server and restart it. Nothing was sent.`,
  });
}
