import { describe, expect, test } from 'vitest';
import { type Phase, transportFailure } from '../../../src/lightdash/http/failure.ts';

const context = { origin: 'https://bi.example', readOnly: false, stopped: undefined, waitedMs: 45_003 };

const coded = (code: string) => Object.assign(new Error('a text for no reader'), { code });

describe('a timeout is reported with the stage of the call', () => {
  test.each<[Phase, RegExp, boolean]>([
    ['signing in', /Signing in .*45 s/, false],
    ['waiting', /Other calls .*45 s/, false],
    ['connecting', /No connection .*https:\/\/bi\.example .*45 s/, false],
    ['sending', /not respond .*45 s/, true],
    ['reading', /began .*not finish .*45 s/, true],
  ])('%s', (phase, message, outcomeUnknown) => {
    const failure = transportFailure(new Error('aborted'), { ...context, phase, stopped: 'deadline' });
    expect(failure).toMatchObject({ kind: 'timed out', message: expect.stringMatching(message), outcomeUnknown });
    expect(failure.advice).toContain(outcomeUnknown ? 'LIGHTDASH_TIMEOUT' : 'othing');
    const read = transportFailure(new Error('aborted'), { ...context, readOnly: true, phase, stopped: 'deadline' });
    expect(read.outcomeUnknown).toBe(false);
  });
});

describe('each failure of the network has a separate message', () => {
  test.each<[string, Phase, RegExp]>([
    ['ENOTFOUND', 'connecting', /name .*https:\/\/bi\.example .*resolve/],
    ['EAI_AGAIN', 'connecting', /name .*https:\/\/bi\.example .*resolve/],
    ['ECONNREFUSED', 'connecting', /No server .*https:\/\/bi\.example/],
    ['EHOSTUNREACH', 'connecting', /No server .*https:\/\/bi\.example/],
    ['UND_ERR_CONNECT_TIMEOUT', 'connecting', /No connection .*https:\/\/bi\.example .*time/],
    ['UND_ERR_BODY_TIMEOUT', 'reading', /stopped .*response/],
    ['ECONNRESET', 'sending', /https:\/\/bi\.example broke \(ECONNRESET\)/],
    ['UND_ERR_SOCKET', 'reading', /https:\/\/bi\.example broke \(UND_ERR_SOCKET\)/],
    ['ECONNRESET', 'connecting', /https:\/\/bi\.example broke \(ECONNRESET\)/],
    ['HPE_INVALID_CONSTANT', 'sending', /not speak HTTP/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'connecting', /not speak TLS/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'connecting', /not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/],
    ['CERT_HAS_EXPIRED', 'connecting', /not trusted \(CERT_HAS_EXPIRED\)/],
    ['UND_ERR_PRX_TLS', 'connecting', /not trusted \(UND_ERR_PRX_TLS\)/],
  ])('%s while %s', (code, phase, message) => {
    const failure = transportFailure(coded(code), { ...context, phase });
    expect(failure.message).toMatch(message);
    expect(failure.outcomeUnknown).toBe(phase === 'sending' || phase === 'reading');
    expect(failure.message + failure.advice).not.toContain('for no reader');
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
