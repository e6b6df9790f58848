import { operationsByToolset } from '../operations/index.ts';
import {
  type JsonSchema,
  type Kind,
  kinds,
  type LongTail,
  type LongTailOperation,
} from '../operations/long-tail/catalog.ts';
import { equivalentTools } from '../operations/long-tail/equivalents.ts';
import { describe } from '../operations/long-tail/operation-of.ts';
import { OutOfScopeError } from '../policy/policy-error.ts';
import { renderSignature, schemaAt } from '../render/signature.ts';
import { pluralize } from '../text/format.ts';
import { truncate } from '../text/plain-text.ts';
import { nearestAmong } from '../text/suggest.ts';
import { longTailTool } from '../tools/api/long-tail-tool.ts';
import { ArgumentsError } from '../tools/arguments.ts';
import { tools } from '../tools/index.ts';
import type { DelegatedCall, OperationCall, OperationDirectory, OperationSearch, Tool } from '../tools/tool.ts';
import { kindOf, OperationIndex, type SearchEntry, toolEntry } from './operation-search.ts';
import type { ToolDefinition } from './tool-entries.ts';

/** Limits of search and calls. */
export interface OperationAccess {
  /** The tools that are on, as hosts see them, without the four of this directory. */
  readonly enabled: readonly ToolDefinition[];
  /** Names of tools and ids of operations that the settings leave out. */
  readonly excluded: readonly string[];
  /** True if operations without a tool may be called: the toolset `api` is on. */
  readonly withoutTool: boolean;
  readonly readOnly: boolean;
  /** True if operations that run or save SQL of the caller may be called. */
  readonly rawSql: boolean;
}

/** Ids of an area: more is not read. */
const MAX_LISTED = 60;
/** Lines of a search: more cost tokens and are not read. */
const MAX_FOUND = 8;
const MAX_DESCRIPTION = 140;
/** Of a signature; with its first and last lines a description stays under 400. */
const SIGNATURE_TOKENS = 300;

const keyOf = ({ method, path }: { readonly method: string; readonly path: string }) =>
  `${method} ${path.replace(/\{\w+\}/g, '{}')}`;
const bare = (name: string) => name.replace(/[\s_-]/g, '').toLowerCase();

/** Finds, describes and resolves what is called by the four tools of the toolset `api`. */
export class OperationCalls implements OperationDirectory {
  readonly #longTail: LongTail;
  readonly #access: OperationAccess;
  /** Tools by the route that they stand for. */
  readonly #toolByRoute: ReadonlyMap<string, string>;
  readonly #byName: ReadonlyMap<string, LongTailOperation>;
  #index: OperationIndex | undefined;

  constructor(longTail: LongTail, access: OperationAccess) {
    this.#longTail = longTail;
    this.#access = access;
    this.#toolByRoute = new Map(
      Object.values(operationsByToolset)
        .flat()
        .map((operation) => [keyOf(operation), operation.tool]),
    );
    this.#byName = new Map(longTail.operations.map((entry) => [bare(entry.id), entry]));
  }

  find({ words, area, kind }: OperationSearch): string {
    const { areas } = this.#search;
    if (area !== undefined && !areas.includes(area)) {
      throw new ArgumentsError([
        `there is no area ${truncate(area, 50)}${nearestAmong(area, areas)}; there are ${areas.join(', ')}`,
      ]);
    }
    const hits = this.#search.search(words, { area, kind });
    if (hits.length === 0) {
      return `Nothing fits "${truncate(words, 100)}". Try one word, or an area: ${areas.join(', ')}.`;
    }
    if (words.trim() === '') return formatIdList(hits);
    const shown = hits.slice(0, MAX_FOUND);
    const lines = shown.map(({ id, description, area: where, kind: does }) => {
      const isTool = this.#definition(id) !== undefined;
      return `${id} (${isTool ? 'tool, ' : ''}${does}, ${where}): ${truncate(description, MAX_DESCRIPTION)}`;
    });
    return [`${pluralize(shown.length, 'operation')} that ${shown.length === 1 ? 'fits' : 'fit'} best:`, ...lines].join(
      '\n',
    );
  }

  describe(name: string, part?: string): string {
    const own = this.#ownTool(name);
    const definition = own && this.#definition(own.name);
    if (definition) return describeTool(definition);
    const entry = this.#operation(name);
    if (own === undefined && entry === undefined) throw this.#unknown(name.slice(0, 100));
    const reason = entry ? this.#whyOff(entry) : `the settings of this server switch ${own?.name} off.`;
    if (entry === undefined || reason !== undefined) throw new OutOfScopeError(reason ?? '');
    const { definitions } = this.#longTail;
    const required = entry.required.filter((item) => item !== 'organizationUuid' && item !== 'projectUuid');
    const whole = { ...entry, required, definitions };
    if (part !== undefined) {
      const schema = schemaAt(whole, part);
      if (schema === undefined) throw new ArgumentsError([`${entry.id} has no argument ${truncate(part, 100)}`]);
      return renderSignature({ properties: { [part]: schema }, required: [], definitions }, SIGNATURE_TOKENS).text;
    }
    const { text, cut } = renderSignature(whole, SIGNATURE_TOKENS);
    return [
      `${entry.id} (${runnerOf(entry.kind)}): ${describe(entry, this.#longTail)}.`,
      `arguments: ${text}`,
      ...remarks(entry),
      ...(cut ? ['{…} and … are cut: describe_operation with part, such as the name of an argument, shows more.'] : []),
    ].join('\n');
  }

  resolve({ operation: name, arguments: args, offset, mayWrite }: OperationCall): DelegatedCall {
    const own = this.#ownTool(name);
    const entry = own ? undefined : this.#operation(name);
    const equivalent = tools.find((item) => item.name === equivalentTools[entry?.id ?? '']);
    const isEquivalentConfirmed = equivalent?.preview !== undefined;
    const tool = own ?? (entry && longTailTool(entry, this.#longTail, { offset, isEquivalentConfirmed }));
    if (tool === undefined) throw this.#unknown(name.slice(0, 100));
    if (!('run' in tool)) throw new OutOfScopeError(`${tool.name} is called directly.`);
    const isOff = own !== undefined && this.#definition(own.name) === undefined;
    const refusal = isOff
      ? `the settings of this server switch ${tool.name} off.`
      : ((entry && this.#whyOff(entry)) ??
        // A host may run reads without consent of the person: a write must not pass as one.
        (mayWrite || tool.readOnly ? undefined : `${tool.name} changes something: call it by run_write_operation.`));
    return { tool, args, refusal };
  }

  get #search(): OperationIndex {
    this.#index ??= new OperationIndex(this.#entries());
    return this.#index;
  }

  #definition(name: string): ToolDefinition | undefined {
    return this.#access.enabled.find((item) => item.name === name);
  }

  /** The tool of a name, or of the operation that it stands for; on or off. */
  #ownTool(name: string): Tool | undefined {
    const wanted = bare(name);
    const entry = this.#byName.get(wanted);
    const byRoute = entry && this.#toolByRoute.get(keyOf(entry));
    return tools.find((item) => bare(item.name) === wanted || item.name === byRoute);
  }

  #operation(name: string): LongTailOperation | undefined {
    return this.#byName.get(bare(name));
  }

  /** Why an operation may not be called; undefined if it may. */
  #whyOff(entry: LongTailOperation): string | undefined {
    const { excluded, readOnly, withoutTool, rawSql } = this.#access;
    const own = this.#toolByRoute.get(keyOf(entry));
    const tool = own ?? equivalentTools[entry.id];
    if (
      !withoutTool ||
      own !== undefined ||
      excluded.includes(entry.id) ||
      (tool !== undefined && excluded.includes(tool))
    ) {
      return `the settings of this server switch ${tool ?? entry.id} off.`;
    }
    if (entry.rawSql && !rawSql) return `${entry.id} runs or saves SQL, which is off on this server.`;
    return readOnly && entry.kind !== 'reads'
      ? `${entry.id} would change something; this server only reads.`
      : undefined;
  }

  #unknown(name: string): ArgumentsError | OutOfScopeError {
    const left = this.#longTail.leftOut.find(({ id }) => bare(id) === bare(name));
    if (left) return new OutOfScopeError(`${left.id} cannot be called: ${left.reason}.`);
    return new ArgumentsError([
      `there is no operation ${name}${this.#search.nearestTo(name)}; find_operation searches by words`,
    ]);
  }

  /** Everything that can be found: enabled tools, and operations that no enabled tool does. */
  #entries(): SearchEntry[] {
    const idsOf = (tool: string) =>
      this.#longTail.operations
        .filter((entry) => (this.#toolByRoute.get(keyOf(entry)) ?? equivalentTools[entry.id]) === tool)
        .map(({ id }) => id);
    const tools = this.#access.enabled.map((tool): SearchEntry => {
      const entry = toolEntry(tool);
      return { ...entry, words: [entry.words, ...idsOf(tool.name)].join(' ') };
    });
    const others = this.#longTail.operations
      .filter(
        (entry) => this.#whyOff(entry) === undefined && this.#definition(equivalentTools[entry.id] ?? '') === undefined,
      )
      .map(
        (entry): SearchEntry => ({
          id: entry.id,
          title: entry.title,
          description: describe(entry, this.#longTail),
          area: entry.area,
          kind: entry.kind,
          words: this.#longTail.areas[entry.area]?.words ?? '',
          weight: entry.deprecated ? 0.4 : 1,
        }),
      );
    return [...tools, ...others];
  }
}

/** Ids by what they do: a table of contents. */
function formatIdList(entries: readonly SearchEntry[]): string {
  const lines = kinds.flatMap((kind) => {
    const ids = entries.slice(0, MAX_LISTED).flatMap((entry) => (entry.kind === kind ? [entry.id] : []));
    return ids.length > 0 ? [`${kind}: ${ids.join(', ')}`] : [];
  });
  const rest = entries.length > MAX_LISTED ? `, the first ${MAX_LISTED}; words find the others` : '';
  return [`${pluralize(entries.length, 'operation')}${rest}`, ...lines].join('\n');
}

const runnerOf = (kind: Kind) => `${kind === 'reads' ? 'run_read_operation' : 'run_write_operation'}, ${kind}`;

function describeTool(tool: ToolDefinition): string {
  const { properties = {}, required = [] } = tool.inputSchema;
  const schemas: Record<string, JsonSchema> = properties;
  const plain = Object.entries(schemas).map(([name, { description: _, ...schema }]) => [name, schema] as const);
  const { text } = renderSignature(
    { properties: Object.fromEntries(plain), required, definitions: {} },
    SIGNATURE_TOKENS,
  );
  return [
    `${tool.name} (tool; ${runnerOf(kindOf(tool))}): ${tool.description}`,
    `arguments: ${text}`,
    ...Object.entries(schemas).flatMap(([name, { description }]) => (description ? [`${name}: ${description}`] : [])),
  ].join('\n');
}

function remarks(entry: LongTailOperation): string[] {
  const { kind, enterprise, session, deprecated, successor, since, acrossProjects } = entry;
  const sentences = [
    kind === 'destroys' ? 'Asks before it is done.' : '',
    deprecated ? `Deprecated${successor ? `: ${successor} does the same` : ''}.` : '',
    enterprise ? 'Needs an Enterprise licence.' : '',
    session ? 'Refuses tokens: needs e-mail and password, or a session cookie.' : '',
    since === '0.1366' ? '' : `Not on releases before ${since}.`,
    acrossProjects ? 'Covers all projects unless one is named.' : '',
  ].filter((sentence) => sentence !== '');
  return sentences.length > 0 ? [sentences.join(' ')] : [];
}
