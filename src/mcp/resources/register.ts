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

/** What a server with resources, prompts and completion says of itself. Lists do not change while it runs. */
export const contentCapabilities = { resources: {}, prompts: {}, completions: {} };

/** Does a piece of work, and knows of it until it is done. */
export type Track = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * Answers the requests about resources, prompts and completion. What answers them is loaded with the first such
 * request, and so is what it needs.
 *
 * @param load gives what the answers are made of; called at each request.
 * @param track keeps account of the work under way.
 */
export function registerContent(server: Server, load: () => Promise<ContentContext>, track: Track): void {
  server.setRequestHandler(ListResourcesRequestSchema, ({ params }, { signal }) =>
    track(async () => {
      const [options, { listResources }] = await Promise.all([load(), import('./list.ts')]);
      return { ...(await listResources(params?.cursor, options, signal)) };
    }),
  );
  server.setRequestHandler(ListResourceTemplatesRequestSchema, async () => {
    const [options, { listTemplates }] = await Promise.all([load(), import('./list.ts')]);
    return { resourceTemplates: listTemplates(options) };
  });
  server.setRequestHandler(ReadResourceRequestSchema, ({ params }, { signal }) =>
    track(async () => {
      const [options, { readResource }] = await Promise.all([load(), import('./read.ts')]);
      return readResource(params.uri, options, signal);
    }),
  );
  server.setRequestHandler(ListPromptsRequestSchema, async () => {
    const [options, { listPrompts }] = await Promise.all([load(), import('../prompts/index.ts')]);
    return { prompts: listPrompts(options) };
  });
  server.setRequestHandler(GetPromptRequestSchema, ({ params }, { signal }) =>
    track(async () => {
      const [options, { getPrompt }] = await Promise.all([load(), import('../prompts/index.ts')]);
      return getPrompt(params.name, params.arguments ?? {}, options, signal);
    }),
  );
  server.setRequestHandler(CompleteRequestSchema, ({ params }, { signal }) =>
    track(async () => {
      const [options, { completeArgument }] = await Promise.all([load(), import('../completion/complete.ts')]);
      return { completion: { ...(await completeArgument(params, options, signal)) } };
    }),
  );
}
