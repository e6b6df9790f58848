import type * as z from 'zod';
import type { RequestSender } from '../lightdash/call-client.ts';
import { isObject } from '../text/json.ts';
import { nameArguments, parseArguments, schemaOf } from '../tools/arguments.ts';
import type { Tool, ToolAnswer, ToolArguments, ToolContext } from '../tools/tool.ts';
import type { ConfirmationTokens } from './confirmation-tokens.ts';
import { assertSqlAllowed, type SqlPolicy } from './model-sql.ts';
import { namedObjects } from './project-references.ts';
import type { ProjectScope } from './project-scope.ts';
import { assertReadOnly } from './read-only.ts';
import { type ReadPreview, readPreview } from './read-preview.ts';

/** Reply of the person at the host; `unavailable` if the host failed to show the question. */
export type ElicitationOutcome = 'accept' | 'decline' | 'cancel' | 'unavailable';

/** Settings that stand between a host's call and a tool. */
export interface CallPolicy {
  /** Only reads are allowed: also of tools that write only with some arguments. */
  readonly readOnly: boolean;
  /** SQL that the model may write. */
  readonly sql: SqlPolicy;
  /** Absent if LIGHTDASH_CONFIRM=off. */
  readonly confirmations: ConfirmationTokens | undefined;
}

/** The call that is to be authorized. */
interface PolicyContext {
  readonly scope: ProjectScope;
  readonly client: RequestSender;
  /** The context of a tool by name, for its preview. */
  tool(name: string): ToolContext;
  /** Requests the person's consent at the host; absent if the host cannot. */
  readonly elicit?: (question: string) => Promise<ElicitationOutcome>;
}

interface AuthorizeOptions {
  readonly policy: CallPolicy;
  /** Receives the uuid of the project that the call is about, before anything is refused. */
  onProject(projectUuid: string): void;
  /** Name of the tool that the host called, if it stands for another one. */
  readonly calledBy?: string | undefined;
}

/** An allowed call with its parsed arguments, or the answer to return in place of it. */
type Authorization =
  | { readonly allowed: true; readonly args: ToolArguments }
  | { readonly allowed: false; readonly args: ToolArguments; readonly answer: ToolAnswer };

/**
 * The one entry of the policy: arguments parsed, project names resolved, read-only, SQL and project scope checked, and
 * what cannot be undone confirmed.
 *
 * @throws {ArgumentsError} for arguments that do not fit.
 * @throws {OutOfScopeError} for a call that the settings do not allow.
 */
export async function authorizeCall(
  tool: Tool,
  raw: unknown,
  context: PolicyContext,
  { policy, onProject, calledBy }: AuthorizeOptions,
): Promise<Authorization> {
  const { scope } = context;
  const { projects } = scope;
  const named = nameArguments(tool, raw);
  const completed = projects.applyDefaultProject(tool, named, projectArgument(tool));
  const { confirmation, ...args } = await readArguments(tool, completed, context);
  if (typeof args.projectUuid === 'string') onProject(args.projectUuid);
  if (policy.readOnly) assertReadOnly(tool, args);
  assertSqlAllowed(tool, args, policy.sql);
  await scope.assertInScope(tool, args);
  const { confirmations } = policy;
  if (confirmations === undefined) return { allowed: true, args };
  const answer = await confirm(tool, args, context, { confirmation, confirmations, calledBy });
  return answer === undefined ? { allowed: true, args } : { allowed: false, args, answer };
}

/** Stands for the uuid of what is named until everything else is checked. */
const UNRESOLVED = '00000000-0000-4000-8000-000000000000';

/**
 * The parsed arguments, with uuids instead of names.
 *
 * @throws {ArgumentsError}
 */
async function readArguments(tool: Tool, raw: unknown, { scope, client }: PolicyContext): Promise<ToolArguments> {
  const named = isObject(raw) ? namedObjects(tool, raw) : [];
  const { projects } = scope;
  const read = async (written: unknown) => {
    const parsed = parseArguments(tool, written);
    return projects.resolve(tool.expand ? await tool.expand(parsed) : parsed);
  };
  if (named.length === 0 || !isObject(raw)) return read(raw);
  const args = await read({ ...raw, ...Object.fromEntries(named.map(({ argument }) => [argument, UNRESOLVED])) });
  const { resolveNames } = await import('./resolve-names.ts');
  const uuids = await resolveNames(tool, named, args, projects, scope.restrict(client));
  // A name without a uuid is refused as one.
  return named.every(({ argument }) => uuids[argument] !== undefined)
    ? { ...args, ...uuids }
    : read({ ...raw, ...uuids });
}

/** State of `projectUuid` among the arguments of a tool. */
function projectArgument(tool: Tool): 'required' | 'optional' | 'none' {
  const schema: z.ZodType | undefined = schemaOf(tool).shape.projectUuid;
  if (schema === undefined) return 'none';
  return schema.safeParse(undefined).success ? 'optional' : 'required';
}

interface ConfirmOptions extends Pick<AuthorizeOptions, 'calledBy'> {
  /** The one of the call, if it has one. */
  readonly confirmation: unknown;
  readonly confirmations: ConfirmationTokens;
}

/** Returns undefined if the call needs no confirmation or has it, else the answer to return in place of it. */
async function confirm(
  tool: Tool,
  args: ToolArguments,
  context: PolicyContext,
  { confirmation, confirmations, calledBy }: ConfirmOptions,
): Promise<ToolAnswer | undefined> {
  const { preview: ofTool } = tool;
  if (ofTool === undefined) return undefined;
  const calling = context.tool(tool.name);
  const read = () => readPreview(ofTool, args, calling);
  const preview = await read();
  if (preview === undefined) return undefined;
  const isConfirmed =
    typeof confirmation === 'string' && confirmations.consume(confirmation, tool, args, preview.state);
  if (isConfirmed) return undefined;
  const requestToken = (reason: string, { text, state }: ReadPreview): ToolAnswer => {
    const call =
      calledBy === undefined
        ? `${tool.name} again with the same arguments and this one`
        : `${calledBy} again with the same operation, and this one among its arguments`;
    const nextStep = `Nothing was changed yet. Show this to the person; if they agree, call ${call}:`;
    const token = confirmations.issue(tool, args, state);
    return { text: `${reason}${text}\n${nextStep}\nconfirmation: ${token}`, outcome: 'asked' };
  };
  switch (await context.elicit?.(`${preview.text} Go on?`)) {
    case 'accept': {
      // The person may have taken minutes: what they agreed to must still be what would happen.
      const current = await read();
      if (current === undefined || current.state === preview.state) return undefined;
      return requestToken('It has changed while the person was asked.\n', current);
    }
    case 'decline':
      return { text: 'The person said no. Nothing was changed.', outcome: 'declined' };
    case 'cancel':
      return { text: 'The person gave no answer. Nothing was changed.', outcome: 'declined' };
    default:
  }
  const stale =
    confirmation === undefined
      ? ''
      : 'That confirmation does not fit: it is used up, too old, for another call, or what would go has changed since.\n';
  return requestToken(stale, preview);
}
