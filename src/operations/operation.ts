import type * as z from 'zod';
import type { RawSql, Release, ReleaseNote, Successor } from '../lightdash/endpoint.ts';
import type { Method } from '../lightdash/request.ts';
import type { ScopeDeclaration } from './references.ts';

/** Named arguments of an operation, each with the zod schema that checks it. */
export type Shape = Readonly<Record<string, z.ZodType>>;

/** The arguments of a shape after parsing. */
export type Arguments<Input extends Shape> = z.output<z.ZodObject<Input>>;

/** The names between braces in a path template: `'/a/{b}/{c}'` gives `'b' | 'c'`. */
export type PathParameter<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameter<Rest>
  : never;

/** Names of the toolsets, in the order in which tools are listed. */
export const toolsets = [
  'query',
  'catalog',
  'charts',
  'dashboards',
  'content',
  'spaces',
  'access',
  'groups',
  'organization',
  'attributes',
  'projects',
  'schedulers',
  'collaboration',
  'integrations',
  'warehouse',
  'account',
  'api',
] as const;

/** A group of tools that is switched on or off together. */
export type Toolset = (typeof toolsets)[number];

/**
 * One operation of the Lightdash API, as data: the tool, its schema, the request, the policy and the documentation
 * all follow from it.
 */
export interface Operation<Input extends Shape = Shape, Id extends string = string> extends ScopeDeclaration {
  /** Lightdash's own operationId. */
  readonly id: Id;
  readonly method: Method;
  /** Path template; each `{name}` is an argument, sent as one encoded segment. */
  readonly path: string;
  /** Name of the MCP tool: snake_case, at most 48 characters. */
  readonly tool: string;
  readonly title: string;
  /** Its effect and conditions, for the model; at most 2,048 characters, usually one sentence. */
  readonly description: string;
  /** Builds the argument schemas. A function, so that 135 schemas are not built at start. */
  readonly input: () => Input;
  /** Arguments that go to the query string whatever the method. */
  readonly query?: readonly string[];
  /**
   * The request body made from the arguments. Without it, what is neither in the path nor in `query` goes to the body
   * under its own name (POST, PUT, PATCH), or to the query string (GET, DELETE).
   */
  body?(args: Arguments<Input>): unknown;
  /** Arguments that are not sent: they shape the answer or the call, and the API does not know them. */
  readonly clientOnlyArguments?: readonly string[];
  /** Defaults to true for GET. Also decides whether a request may be repeated after a failure. */
  readonly readOnly: boolean;
  /** Arguments that turn this read into a write: refused by a read-only server. */
  readonly writeArguments?: readonly string[];
  /** SQL that the caller writes: raw SQL, explores, SQL charts. */
  readonly rawSql?: RawSql | undefined;
  /** Removes something that may be hard to restore. Defaults to true for DELETE. */
  readonly destructive: boolean;
  /** Repeating the same call changes nothing more. Defaults to true for GET, PUT and DELETE. */
  readonly idempotent: boolean;
  /** `session`: the server refuses personal access tokens (15 operations; measured on 0.1366, not in the API document). */
  readonly auth: 'token' | 'session' | 'none';
  /** Responds with a redirect; its address, for a person to open, is the result. */
  readonly redirects?: boolean;
  /** The API document promises no body with 200: `{}` is a success, which for the others it is not. */
  readonly mayAnswerEmpty?: boolean;
  /** A read that answers ok without results (recorded): nothing is there, or nothing is set. */
  readonly mayLackResults?: boolean;
  /** A read whose results may be an object without keys (recorded): nothing is there. */
  readonly mayBeEmptyMap?: boolean;
  /**
   * The API document requires no part of the body of this update. One without any change is sent, too, though it fails
   * (recorded): the contract check sends what the document allows.
   */
  readonly mayChangeNothing?: boolean;
  /** Cannot be undone: needs a confirmation. */
  readonly irreversible: boolean;
  /** A deletion that restore_content takes back, on a server that keeps deleted content. */
  readonly restorable?: boolean;
  /** The first measured release that has the route, for one that 0.1366 lacks. */
  readonly since?: Release;
  /** Difference on newer releases, if there is one. */
  readonly releaseNote?: ReleaseNote;
  /** The newer requests that replace this route on releases that deprecate or lack it. */
  readonly successor?: Successor;
}

/** The required parts of a declaration; the defaults of the others follow from its method. */
type Declaration<Id extends string, Path extends string, Input extends Shape, Irreversible extends boolean> = Pick<
  Operation<Input, Id>,
  'id' | 'method' | 'tool' | 'title' | 'description' | 'input'
> & {
  readonly path: Path;
  readonly query?: readonly (keyof Input & string)[];
  readonly clientOnlyArguments?: readonly (keyof Input & string)[];
  readonly writeArguments?: readonly (keyof Input & string)[];
  readonly irreversible?: Irreversible;
  body?(args: Arguments<Input>): unknown;
} & Partial<
    Pick<
      Operation,
      | 'readOnly'
      | 'rawSql'
      | 'destructive'
      | 'idempotent'
      | 'auth'
      | 'redirects'
      | 'mayAnswerEmpty'
      | 'mayChangeNothing'
      | 'restorable'
      | 'mayLackResults'
      | 'mayBeEmptyMap'
      | 'releaseNote'
      | 'since'
      | 'successor'
      | keyof ScopeDeclaration
    >
  >;

/** Declares an operation. `path` and `input` are tied: a `{parameter}` that `input` lacks is a compile error. */
export function operation<
  const Id extends string,
  const Path extends string,
  Input extends Shape & Record<PathParameter<Path>, z.ZodType>,
  const Irreversible extends boolean = false,
>(
  declared: Declaration<Id, Path, Input, Irreversible>,
): Operation<Input, Id> & { readonly irreversible: Irreversible } {
  const { method } = declared;
  return {
    readOnly: method === 'GET',
    destructive: method === 'DELETE',
    idempotent: method === 'GET' || method === 'PUT' || method === 'DELETE',
    auth: 'token',
    ...declared,
    irreversible: (declared.irreversible ?? false) as Irreversible,
  };
}
