import { percentDecoded } from '../../secrets/secret-parts.ts';
import { SecretString } from '../../secrets/secret-string.ts';

/** Whether a host name of a parsed URL means this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** The user names and passwords inside of proxies' addresses, as they stand there and decoded. */
export function proxyCredentials(proxies: readonly string[]): SecretString[] {
  return proxies.flatMap((proxy) => {
    const { password } = URL.canParse(proxy) ? new URL(proxy) : { password: '' };
    return password ? [new SecretString(password), new SecretString(percentDecoded(password))] : [];
  });
}

/** Proxies as the environment names them. */
export interface ProxySettings {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
}

/** A proxy's address in full: many environments name it without a scheme, as curl allows. Nothing for none. */
export function withScheme(proxy: string | undefined): string {
  return proxy && !proxy.includes('://') ? `http://${proxy}` : (proxy ?? '');
}

/**
 * The proxy that requests to an address go through; undefined for none.
 *
 * The rule is that of undici's `EnvHttpProxyAgent`, which does it but does not tell: https goes through the http proxy where
 * there is no other, and NO_PROXY lists hosts (and what is below them), each with a port or without. What stays on this
 * machine goes through no proxy.
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
