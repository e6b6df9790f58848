/// <reference lib="dom" />
// The host's side of an MCP App, by the official AppBridge. Bundled for the browser by chart-app.test.ts.
import { AppBridge, PostMessageTransport } from '@modelcontextprotocol/ext-apps/app-bridge';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';

type HostContext = Parameters<AppBridge['setHostContext']>[0];

export interface TestHost {
  /** Shows the App in a frame and gives it a result, as a host does after a call. */
  show(options: {
    result: CallToolResult;
    toolArguments: Record<string, unknown>;
    context: HostContext;
    chartData?: CallToolResult;
  }): Promise<void>;
  change(context: HostContext): Promise<void>;
  teardown(): Promise<unknown>;
  /** The App's requests, in order. */
  readonly requests: { method: string; params: unknown }[];
}

declare global {
  interface Window {
    testHost: TestHost;
  }
}

const requests: { method: string; params: unknown }[] = [];
let bridge: AppBridge | undefined;

window.testHost = {
  requests,
  async show({ result, toolArguments, context, chartData }) {
    const frame = document.createElement('iframe');
    frame.sandbox.add('allow-scripts', 'allow-downloads');
    frame.style.cssText = 'width: 760px; height: 560px; border: 0';
    document.body.replaceChildren(frame);
    const view = frame.contentWindow;
    if (!view) throw new Error('no frame');
    const created = new AppBridge(
      null,
      { name: 'test host', version: '1' },
      { openLinks: {}, downloadFile: {}, ...(chartData && { serverTools: {} }) },
      { hostContext: context },
    );
    const initialized = new Promise<void>((resolve) => {
      created.oninitialized = () => resolve();
    });
    created.onsizechange = (params) => {
      requests.push({ method: 'size', params });
      if (params.height) frame.style.height = `${params.height}px`;
    };
    created.onopenlink = async (params) => {
      requests.push({ method: 'open-link', params });
      return {};
    };
    created.ondownloadfile = async (params) => {
      requests.push({ method: 'download-file', params });
      return {};
    };
    created.onrequestdisplaymode = async ({ mode }) => {
      requests.push({ method: 'display-mode', params: { mode } });
      return { mode };
    };
    created.oncalltool = async (params) => {
      requests.push({ method: 'call-tool', params });
      return chartData ?? { content: [] };
    };
    await created.connect(new PostMessageTransport(view, view));
    frame.src = '/app.html';
    await initialized;
    await created.sendToolInput({ arguments: toolArguments });
    await created.sendToolResult(result);
    bridge = created;
  },
  async change(context) {
    await bridge?.sendHostContextChange(context);
  },
  async teardown() {
    return bridge?.teardownResource({});
  },
};
