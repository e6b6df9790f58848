import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

/** The part of an MCP server that a transport is given to. */
interface Connectable {
  connect(transport: StreamableHTTPServerTransport): Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves MCP over HTTP on loopback, for the conformance suite, which speaks nothing else: a new server for each request,
 * and no sessions.
 */
export async function serveOverHttp(create: () => Connectable): Promise<{ url: string; close(): Promise<void> }> {
  const http = createHttpServer(async (request, response) => {
    const server = create();
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    response.once('close', () => void server.close());
    await server.connect(transport);
    await transport.handleRequest(request, response);
  });
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    close: () => new Promise((closed) => http.close(() => closed())),
  };
}
