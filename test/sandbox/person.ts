import { z } from 'zod';
import type { Sandbox } from '../../src/sandbox/index.ts';

const envelope = z.object({
  status: z.enum(['ok', 'error']),
  results: z.unknown().optional(),
  error: z
    .object({
      statusCode: z.number(),
      name: z.string(),
      message: z.string(),
      data: z.record(z.string(), z.unknown()),
      id: z.string().optional(),
    })
    .optional(),
});

export interface Answer {
  status: number;
  contentType: string | null;
  text: string;
  headers: Headers;
  /** `results` of the envelope; undefined when there are none. */
  results: unknown;
  error: z.output<typeof envelope>['error'];
}

/** Someone who calls the sandbox over HTTP, with a token, a cookie, or nothing. */
export class Person {
  readonly #sandbox: Sandbox;
  readonly headers: Record<string, string>;

  constructor(sandbox: Sandbox, headers: Record<string, string> = {}) {
    this.#sandbox = sandbox;
    this.headers = headers;
  }

  static withToken(sandbox: Sandbox, token: string): Person {
    return new Person(sandbox, { authorization: `ApiKey ${token}` });
  }

  static async signedIn(sandbox: Sandbox, email: string, password = 'Roastery!1366'): Promise<Person> {
    const answer = await new Person(sandbox).call('POST', '/api/v1/login', { email, password });
    return new Person(sandbox, { cookie: cookieOf(answer) });
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(this.#sandbox.url + path, {
      method,
      redirect: 'manual',
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...this.headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const contentType = response.headers.get('content-type');
    const parsed = contentType?.includes('json') && text ? envelope.parse(JSON.parse(text)) : undefined;
    const { status, headers } = response;
    return { status, contentType, text, headers, results: parsed?.results, error: parsed?.error };
  }

  /** The results of a call that must succeed, read by a schema. */
  async get<Schema extends z.ZodType>(schema: Schema, method: string, path: string, body?: unknown) {
    const answer = await this.call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return schema.parse(answer.results);
  }
}

export const cookieOf = (answer: Answer): string => answer.headers.get('set-cookie')?.split(';')[0] ?? '';
