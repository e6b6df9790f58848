import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CompleteRequestSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { readChartApp } from '../chart-app.ts';
import type { ContentContext, ContentRequest } from '../content-context.ts';

/** Capabilities of a server with resources, prompts and completion; its lists do not change while it runs. */
export const contentCapabilities = { resources: {}, prompts: {}, completions: {} };

/** Runs the work of one request with a context that ends with it, and records it. */
type WithContext = <Result>(
  request: ContentRequest,
  work: (context: ContentContext) => Promise<Result>,
) => Promise<Result>;

/**
 * Answers the requests about resources, prompts and completion. The code that answers them is loaded with the first
 * such request.
 */
export function registerContent(server: Server, showsCharts: boolean, withContext: WithContext): void {
  server.setRequestHandler(ListResourcesRequestSchema, ({ method, params }, { signal }) =>
    withContext({ method, signal }, async (context) => {
      const { listResources } = await import('./list.ts');
      return { ...(await listResources(params?.cursor, context)) };
    }),
  );
  server.setRequestHandler(ListResourceTemplatesRequestSchema, ({ method }, { signal }) =>
    withContext({ method, signal }, async (context) => {
      const { listTemplates } = await import('./list.ts');
      return { resourceTemplates: listTemplates(context) };
    }),
  );
  server.setRequestHandler(ReadResourceRequestSchema, ({ method, params }, { signal }) =>
    withContext({ method, target: params.uri, signal }, async (context) => {
      const app = showsCharts ? await readChartApp(params.uri) : undefined;
      if (app) return app;
      const { readResource } = await import('./read.ts');
      return readResource(params.uri, context);
    }),
  );
  server.setRequestHandler(ListPromptsRequestSchema, ({ method }, { signal }) =>
    withContext({ method, signal }, async (context) => {
      const { listPrompts } = await import('../prompts/index.ts');
      return { prompts: listPrompts(context) };
    }),
  );
  server.setRequestHandler(GetPromptRequestSchema, ({ method, params }, { signal }) =>
    withContext({ method, target: params.name, signal }, async (context) => {
      const { getPrompt } = await import('../prompts/index.ts');
      return getPrompt(params.name, params.arguments ?? {}, context);
    }),
  );
  server.setRequestHandler(CompleteRequestSchema, ({ method, params }, { signal }) =>
    withContext({ method, target: params.argument.name, signal }, async (context) => {
      const { completeArgument } = await import('../completion/complete.ts');
      return { completion: { ...(await completeArgument(params, context)) } };
    }),
  );
}
