import type { Tool, ToolArguments } from '../tools/tool.ts';
import { OutOfScopeError } from './policy-error.ts';

/**
 * Refuses a call that would do more than read: by a tool that writes, or one that writes with some of its arguments.
 *
 * @throws {OutOfScopeError}
 */
export function assertReadOnly(tool: Tool, args: ToolArguments): void {
  const writing = tool.operation?.writeArguments?.find((name) => args[name] !== undefined);
  if (!tool.readOnly || writing !== undefined) {
    throw new OutOfScopeError(`it would change something${writing ? ` with ${writing}` : ''}; this server only reads.`);
  }
}
