import { describe, expect, test } from 'vitest';
import { type Phase, transportFailure } from '../../../src/lightdash/http/failure.ts';

const context = { origin: 'https://bi.example', readOnly: false, stopped: undefined, waitedMs: 45_003 };

const coded = (code: string) => Object.assign(new Error('a text that nobody reads'), { code });

describe('a timeout is reported with the stage of the call', () => {
  test.each<[Phase, string, boolean]>([
    ['signing in', 'Signing in to Lightdash took longer than 45 s.', false],
    ['waiting', 'Other calls kept every connection to Lightdash busy for 45 s.', false],
    ['connecting', 'No connection to https://bi.example could be made within 45 s.', false],
    ['sending', 'Lightdash did not respond within 45 s.', true],
    ['reading', 'Lightdash began to respond but did not finish within 45 s.', true],
  ])('%s', (phase, sentence, outcomeUnknown) => {
    const failure = transportFailure(new Error('aborted'), { ...context, phase, stopped: 'deadline' });
    expect(failure).toMatchObject({ kind: 'timed out', message: sentence, outcomeUnknown });
    expect(failure.advice).toContain(outcomeUnknown ? 'LIGHTDASH_TIMEOUT' : 'othing');
    const read = transportFailure(new Error('aborted'), { ...context, readOnly: true, phase, stopped: 'deadline' });
    expect(read.outcomeUnknown).toBe(false);
  });
});

describe('each failure of the network has a sentence of its own', () => {
  test.each<[string, Phase, string]>([
    ['ENOTFOUND', 'connecting', 'The name in https://bi.example does not resolve.'],
    ['EAI_AGAIN', 'connecting', 'The name in https://bi.example does not resolve.'],
    ['ECONNREFUSED', 'connecting', 'No server responds at https://bi.example.'],
    ['EHOSTUNREACH', 'connecting', 'No server responds at https://bi.example.'],
    ['UND_ERR_CONNECT_TIMEOUT', 'connecting', 'No connection to https://bi.example could be made in time.'],
    ['UND_ERR_BODY_TIMEOUT', 'reading', 'Lightdash stopped in the middle of its response.'],
    ['ECONNRESET', 'sending', 'The connection to https://bi.example broke (ECONNRESET).'],
    ['UND_ERR_SOCKET', 'reading', 'The connection to https://bi.example broke (UND_ERR_SOCKET).'],
    ['ECONNRESET', 'connecting', 'The connection to https://bi.example broke (ECONNRESET).'],
    ['HPE_INVALID_CONSTANT', 'sending', 'does not speak HTTP'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'connecting', 'does not speak TLS correctly'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'connecting', 'is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)'],
    ['CERT_HAS_EXPIRED', 'connecting', 'is not trusted (CERT_HAS_EXPIRED)'],
    ['UND_ERR_PRX_TLS', 'connecting', 'is not trusted (UND_ERR_PRX_TLS)'],
  ])('%s while %s', (code, phase, sentence) => {
    const failure = transportFailure(coded(code), { ...context, phase });
    expect(failure.message).toContain(sentence);
    expect(failure.outcomeUnknown).toBe(phase === 'sending' || phase === 'reading');
    expect(failure.message + failure.advice).not.toContain('nobody reads');
  });

  test('a proxy that refuses is reported with what it requires', () => {
    const refused = (status: number) =>
      transportFailure(new Error(`Proxy response (${status}) !== 200 when HTTP Tunneling`), {
        ...context,
        phase: 'connecting',
      });
    expect(refused(407)).toMatchObject({
      message: expect.stringMatching(/proxy refused .*https:\/\/bi\.example.*407/),
      advice: expect.stringContaining('user and password'),
      outcomeUnknown: false,
    });
    expect(refused(403).advice).toContain('NO_PROXY');
  });
});
