import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CompleteRequestSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { ContentOptions } from './options.ts';

/** What a server with resources, prompts and completion says of itself. Lists do not change while it runs. */
export const contentCapabilities = { resources: {}, prompts: {}, completions: {} };

/**
 * Answers the requests about resources, prompts and completion. What answers them is loaded with the first such request, and so is
 * what it needs.
 *
 * @param load gives what the answers are made of; called at each request.
 */
export function registerContent(server: Server, load: () => Promise<ContentOptions>): void {
  server.setRequestHandler(ListResourcesRequestSchema, async ({ params }, { signal }) => {
    const [options, { listResources }] = await Promise.all([load(), import('./list.ts')]);
    return { ...(await listResources(params?.cursor, options, signal)) };
  });
  server.setRequestHandler(ListResourceTemplatesRequestSchema, async () => {
    const [options, { listTemplates }] = await Promise.all([load(), import('./list.ts')]);
    return { resourceTemplates: listTemplates(options) };
  });
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params }, { signal }) => {
    const [options, { readResource }] = await Promise.all([load(), import('./read.ts')]);
    return readResource(params.uri, options, signal);
  });
  server.setRequestHandler(ListPromptsRequestSchema, async () => {
    const [options, { listPrompts }] = await Promise.all([load(), import('../prompts/index.ts')]);
    return { prompts: listPrompts(options) };
  });
  server.setRequestHandler(GetPromptRequestSchema, async ({ params }, { signal }) => {
    const [options, { getPrompt }] = await Promise.all([load(), import('../prompts/index.ts')]);
    return getPrompt(params.name, params.arguments ?? {}, options, signal);
  });
  server.setRequestHandler(CompleteRequestSchema, async ({ params }, { signal }) => {
    const [options, { completeArgument }] = await Promise.all([load(), import('./complete-argument.ts')]);
    return { completion: { ...(await completeArgument(params, options, signal)) } };
  });
}
