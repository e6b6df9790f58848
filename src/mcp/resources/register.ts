import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CompleteRequestSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { ContentContext } from '../content-context.ts';

/** Capabilities of a server with resources, prompts and completion; its lists do not change while it runs. */
export const contentCapabilities = { resources: {}, prompts: {}, completions: {} };

/** Runs the work of one request with a context that ends with it. */
export type WithContext = <Result>(
  signal: AbortSignal,
  work: (context: ContentContext) => Promise<Result>,
) => Promise<Result>;

/**
 * Answers the requests about resources, prompts and completion. The code that answers them is loaded with the first
 * such request.
 */
export function registerContent(server: Server, withContext: WithContext): void {
  server.setRequestHandler(ListResourcesRequestSchema, ({ params }, { signal }) =>
    withContext(signal, async (context) => {
      const { listResources } = await import('./list.ts');
      return { ...(await listResources(params?.cursor, context)) };
    }),
  );
  server.setRequestHandler(ListResourceTemplatesRequestSchema, (_request, { signal }) =>
    withContext(signal, async (context) => {
      const { listTemplates } = await import('./list.ts');
      return { resourceTemplates: listTemplates(context) };
    }),
  );
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }, { signal }) =>
    withContext(signal, async (context) => {
      const { readResource } = await import('./read.ts');
      return readResource(params.uri, context);
    }),
  );
  server.setRequestHandler(ListPromptsRequestSchema, (_request, { signal }) =>
    withContext(signal, async (context) => {
      const { listPrompts } = await import('../prompts/index.ts');
      return { prompts: listPrompts(context) };
    }),
  );
  server.setRequestHandler(GetPromptRequestSchema, ({ params }, { signal }) =>
    withContext(signal, async (context) => {
      const { getPrompt } = await import('../prompts/index.ts');
      return getPrompt(params.name, params.arguments ?? {}, context);
    }),
  );
  server.setRequestHandler(CompleteRequestSchema, ({ params }, { signal }) =>
    withContext(signal, async (context) => {
      const { completeArgument } = await import('../completion/complete.ts');
      return { completion: { ...(await completeArgument(params, context)) } };
    }),
  );
}
