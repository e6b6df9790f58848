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

/** A proxy's address in full: many environments name it without a scheme, as curl allows. Nothing for none. */
export function withScheme(proxy: string | undefined): string {
  return proxy && !proxy.includes('://') ? `http://${proxy}` : (proxy ?? '');
}
