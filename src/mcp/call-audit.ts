import { type Audit, type AuditRecord, idsOf, withoutSecrets } from '../observability/audit-log.ts';
import { OutOfScopeError } from '../policy/policy-error.ts';
import { nodeCrypto } from '../secrets/node-crypto.ts';
import type { Tool, ToolArguments } from '../tools/tool.ts';
import type { HostRequest } from './call-context.ts';

type Subject = Pick<AuditRecord, 'tool' | 'operation' | 'target' | 'ids'>;
type End = Pick<AuditRecord, 'project' | 'outcome' | 'status' | 'rows' | 'bytes' | 'attempts' | 'arguments'>;

/** The records of one request of a host. */
export class CallAudit {
  readonly #audit: Audit;
  readonly #request: Pick<AuditRecord, 'call' | 'method' | 'host'>;
  readonly #startedAt = performance.now();

  constructor(audit: Audit, { method, host }: Pick<HostRequest, 'method' | 'host'>) {
    this.#audit = audit;
    // Faster than randomBytes, which calls the system each time.
    const call = audit.isOff === true ? '' : nodeCrypto().randomUUID().slice(-12);
    this.#request = { call, method, ...(host !== undefined && { host }) };
  }

  /**
   * Records a write before it is sent; a read has no such line.
   *
   * @throws {OutOfScopeError} if it cannot be recorded: then nothing may be sent.
   */
  beforeRun(tool: Tool, args: ToolArguments): void {
    const isWrite = !tool.readOnly || (tool.operation?.writeArguments ?? []).some((name) => args[name] !== undefined);
    if (!isWrite || this.#audit.isOff === true) return;
    const project = typeof args.projectUuid === 'string' ? { project: args.projectUuid } : {};
    const details = { outcome: 'started', bytes: 0, attempts: 0, arguments: withoutSecrets(args), ...project };
    this.end(() => ({ ...subjectOf(tool.name, args, tool), ...details }));
    const problem = this.#audit.problem?.();
    if (problem !== undefined) throw new OutOfScopeError(unrecordedReason(problem));
  }

  /**
   * Records the outcome of the request.
   *
   * @param record called only if something takes the record.
   */
  end(record: () => Subject & End): void {
    if (this.#audit.isOff === true) return;
    const ms = Math.round(performance.now() - this.#startedAt);
    this.#audit.write({ time: new Date().toISOString(), ...this.#request, ...record(), ms });
  }
}

/** The tool of a call and what it is about, as a record names them. */
export function subjectOf(name: string, args: ToolArguments, tool?: Tool): Subject {
  return { tool: name, ...(tool?.operation && { operation: tool.operation.id }), ids: idsOf(args) };
}

/** Why a request is refused if it cannot be recorded. */
export const unrecordedReason = (problem: string): string =>
  `LIGHTDASH_AUDIT_LOG cannot be written (${problem}), and without a record nothing is called. Make room or repair the file, then send SIGHUP to this server or restart it.`;
