import { expect } from 'vitest';
import { RELEASES, type Release, type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { ids } from '../../../src/sandbox/seed/ids.ts';
import { type Connection, callTool, connectInMemory, type InMemoryOptions } from '../../helpers/client.ts';

export { ids, RELEASES };

/** A person of the seed who talks to Lightdash through a server with their own token. */
export type UserName = keyof Sandbox['tokens'];

/** A Lightdash with an administrator's server, and one for everybody else who looks at what came of it. */
export class Administration {
  readonly sandbox: Sandbox;
  readonly #hosts = new Map<string, Connection>();

  private constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  static async start(version: Release): Promise<Administration> {
    return new Administration(await startSandbox({ version }));
  }

  async host(person: UserName, env: Readonly<Record<string, string>> = {}, options: InMemoryOptions = {}) {
    const key = `${person} ${JSON.stringify(env)} ${Object.keys(options).join()}`;
    const open = this.#hosts.get(key);
    if (open) return open.client;
    const { url, tokens } = this.sandbox;
    const settings = { LIGHTDASH_URL: url, LIGHTDASH_API_KEY: tokens[person], ...env };
    const connection = await connectInMemory(settings, options);
    this.#hosts.set(key, connection);
    return connection.client;
  }

  /** The answer to a call of the administrator, which must be none of an error. */
  async does(tool: string, args: Record<string, unknown>): Promise<string> {
    const { text, isError } = await callTool(await this.host('admin'), tool, args);
    expect({ tool, text, isError }).toMatchObject({ isError: false });
    return text;
  }

  /** The same, confirmed by the token of the first answer. Returns both texts. */
  async confirms(tool: string, args: Record<string, unknown>): Promise<{ preview: string; done: string }> {
    const preview = await this.does(tool, args);
    const [, confirmation] = /confirmation: (\S+)/.exec(preview) ?? [];
    expect(confirmation, preview).toBeDefined();
    return { preview: preview, done: await this.does(tool, { ...args, confirmation }) };
  }

  /** The text of an answer, be it an error or none. */
  async says(tool: string, args: Record<string, unknown>): Promise<string> {
    return (await callTool(await this.host('admin'), tool, args)).text;
  }

  async fails(tool: string, args: Record<string, unknown>): Promise<string> {
    const { text, isError } = await callTool(await this.host('admin'), tool, args);
    expect({ tool, text, isError }).toMatchObject({ isError: true });
    return text;
  }

  /** The HTTP answer that a person gets for a page with their own token. */
  async status(person: UserName, path: string, method = 'GET', body?: unknown): Promise<number> {
    const response = await fetch(this.sandbox.url + path, {
      method,
      headers: { authorization: `ApiKey ${this.sandbox.tokens[person]}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    await response.arrayBuffer();
    return response.status;
  }

  /** True if a person can open a space. */
  async opens(person: UserName, spaceUuid: string): Promise<boolean> {
    return (await this.status(person, `/api/v1/projects/${ids.project}/spaces/${spaceUuid}`)) === 200;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map((connection) => connection.close()));
    await this.sandbox.close();
  }
}
