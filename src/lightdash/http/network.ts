import { percentDecoded } from '../../secrets/secret-parts.ts';
import { SecretString } from '../../secrets/secret-string.ts';

/** True if the host name of a parsed URL is this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Passwords in the addresses of proxies, as written and decoded. */
export function proxyCredentials(proxies: readonly string[]): SecretString[] {
  return proxies.flatMap((proxy) => {
    const { password } = URL.canParse(proxy) ? new URL(proxy) : { password: '' };
    return password ? [new SecretString(password), new SecretString(percentDecoded(password))] : [];
  });
}

/** Proxies from the environment. */
export interface ProxySettings {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
}

/** Full address of a proxy: many environments leave out the scheme, as curl allows. Empty for none. */
export function withScheme(proxy: string | undefined): string {
  return proxy && !proxy.includes('://') ? `http://${proxy}` : (proxy ?? '');
}

/**
 * The proxy that requests to an address go through; undefined for none.
 *
 * Same rule as undici's `EnvHttpProxyAgent`, which does not expose its choice: https uses the http proxy if there is no
 * other, and NO_PROXY lists hosts (with their subdomains), with or without a port. Loopback requests use no proxy.
 */
export function proxyFor(url: URL, { httpProxy, httpsProxy, noProxy = '' }: ProxySettings): string | undefined {
  const proxy = url.protocol === 'https:' ? (httpsProxy ?? httpProxy) : httpProxy;
  if (proxy === undefined || isLoopback(url.hostname) || noProxy.trim() === '*') return undefined;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const isExcepted = noProxy.split(/[,\s]+/).some((entry) => {
    const [, name = entry, only = port] = /^(.+):(\d+)$/.exec(entry) ?? [];
    const host = name.replace(/^\*?\./, '').toLowerCase();
    return host !== '' && only === port && (url.hostname === host || url.hostname.endsWith(`.${host}`));
  });
  return isExcepted ? undefined : proxy;
}
