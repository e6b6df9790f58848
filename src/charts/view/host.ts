/** Members of JSON-RPC messages between the view and its host (MCP Apps, 2026-01-26). */
interface Message {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** Parameters or result of a JSON-RPC message. */
export type Params = Readonly<Record<string, unknown>>;

/** True for an object that is neither null nor a list. */
export const isObject = (value: unknown): value is Params =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The host that shows this page, by postMessage. */
export class Host {
  readonly #pending = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  #lastId = 0;

  /** `onNotification` gets what the host sends; requests of the host (ping, teardown) are answered here. */
  constructor(onNotification: (method: string, params: Params) => void) {
    window.addEventListener('message', ({ source, data }) => {
      if (source !== window.parent || !isObject(data) || data.jsonrpc !== '2.0') return;
      const message: Message = data;
      if (typeof message.method !== 'string') this.#settle(message);
      else if (message.id === undefined) onNotification(message.method, isObject(message.params) ? message.params : {});
      else this.#answer(message.id, message.method);
    });
  }

  notify(method: string, params: Params): void {
    this.#send({ method, params });
  }

  request(method: string, params: Params): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answered = new Promise<unknown>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    this.#send({ id, method, params });
    return answered;
  }

  #send(message: object): void {
    // The host's origin is not known to a sandboxed page.
    window.parent.postMessage({ jsonrpc: '2.0', ...message }, '*');
  }

  #answer(id: unknown, method: string): void {
    const isKnown = method === 'ping' || method === 'ui/resource-teardown';
    this.#send(isKnown ? { id, result: {} } : { id, error: { code: -32601, message: `Method not found: ${method}` } });
  }

  #settle({ id, result, error }: Message): void {
    if (typeof id !== 'number') return;
    const waiting = this.#pending.get(id);
    this.#pending.delete(id);
    if (isObject(error)) waiting?.reject(new Error(String(error.message ?? 'The host refused.')));
    else waiting?.resolve(result);
  }
}
