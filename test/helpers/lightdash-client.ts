import { onTestFinished } from 'vitest';
import { type ClientOptions, LightdashClient } from '../../src/lightdash/client.ts';
import { LightdashError } from '../../src/lightdash/errors.ts';
import { SecretString } from '../../src/secrets/secret-string.ts';

export const token = new SecretString('ldpat_of_the_tests');

/** A client that lives as long as its test. */
export function clientOf(url: URL, options: Partial<ClientOptions> = {}): LightdashClient {
  const client = new LightdashClient({
    url,
    credentials: { apiKey: token },
    timeoutMs: 20_000,
    userAgent: 'lightdash-mcp/test',
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}

/** The error of a call that has to fail. */
export async function failureOf(call: Promise<unknown>): Promise<LightdashError> {
  const outcome = await call.then(
    () => new Error('it succeeded'),
    (error: unknown) => error,
  );
  if (outcome instanceof LightdashError) return outcome;
  throw outcome;
}
