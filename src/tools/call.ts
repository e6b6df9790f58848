import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { LightdashError } from '../lightdash/errors.ts';
import { UnsafePathError } from '../lightdash/request.ts';
import { redact, type SecretString } from '../lightdash/secret.ts';
import { ArgumentsError, parseArguments } from './arguments.ts';
import type { Tool, ToolContext } from './tool.ts';

/** Hosts cut error texts at about 11,000 characters; a reader needs far fewer. */
const MAX_ERROR_CHARACTERS = 2_000;

/** How answers go out: as text for models, or as structured content for programs. */
export type OutputMode = 'text' | 'structured';

/** Calls a tool. Whatever goes wrong becomes a result that says so; nothing is thrown. */
export async function callTool(
  tool: Tool,
  raw: unknown,
  context: ToolContext,
  output: OutputMode,
): Promise<CallToolResult> {
  try {
    const args = parseArguments(tool, raw);
    const answer = await tool.run(args, context);
    if (output === 'structured') {
      return { content: [], structuredContent: { results: answer.data ?? answer.text } };
    }
    return { content: [{ type: 'text', text: answer.text }] };
  } catch (error) {
    return failed(explain(error, tool, context), context.lightdash.secrets);
  }
}

function failed(text: string, secrets: readonly SecretString[]): CallToolResult {
  const clean = redact(text, secrets);
  const short = clean.length > MAX_ERROR_CHARACTERS ? `${clean.slice(0, MAX_ERROR_CHARACTERS - 20)}… [cut]` : clean;
  return { isError: true, content: [{ type: 'text', text: short }] };
}

/** What happened, whose turn it is, and whether anything was done. */
function explain(error: unknown, tool: Tool, context: ToolContext): string {
  if (error instanceof ArgumentsError) {
    return `${tool.name} was not called; nothing was sent:\n${error.problems.map((problem) => `- ${problem}`).join('\n')}`;
  }
  if (error instanceof UnsafePathError) return `${tool.name} was not called; nothing was sent: ${error.message}.`;
  if (error instanceof LightdashError) {
    const doubt = error.mayHaveHappened ? 'It may have been done all the same: look before you repeat it.' : '';
    return [error.message, error.advice, doubt].filter(Boolean).join('\n');
  }
  // An error of our own: its message might hold anything, so it goes to the log and not to the model.
  context.fault(error);
  return `${tool.name} failed inside of lightdash-mcp. This is a fault of the server, not of the call; its log says more.`;
}
