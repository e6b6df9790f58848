/** The names Lightdash 0.1366 and 1.219 give their errors, as far as they were recorded. */
export type SandboxErrorName =
  | 'AlreadyExistsError'
  | 'AuthorizationError'
  | 'CompileError'
  | 'CustomSqlQueryForbiddenError'
  | 'FieldReferenceError'
  | 'ForbiddenError'
  | 'KnexPaginationError'
  | 'MissingConfigError'
  | 'NotExistsError'
  | 'NotFoundError'
  | 'NotImplemented'
  | 'NotSupportedError'
  | 'PaginationError'
  | 'ParameterError'
  | 'SmptError'
  | 'UnexpectedDatabaseError'
  | 'UnexpectedServerError'
  | 'ValidateError'
  | 'WarehouseQueryError';

/**
 * A failure as the embedded Lightdash reports it. The HTTP server turns it into the envelope
 * `{"status":"error","error":{statusCode,name,message,data}}`.
 */
export class SandboxError extends Error {
  /** HTTP status of the answer. */
  readonly statusCode: number;
  override readonly name: SandboxErrorName;
  /** The envelope's `data`: for ValidateError the problems keyed by path, for WarehouseQueryError a position. */
  readonly data: Record<string, unknown>;

  constructor(statusCode: number, name: SandboxErrorName, message: string, data: Record<string, unknown> = {}) {
    super(message);
    this.statusCode = statusCode;
    this.name = name;
    this.data = data;
  }
}

/** The response of Lightdash to input that it fails on without validating it. */
export function unexpectedServerError(): SandboxError {
  return new SandboxError(500, 'UnexpectedServerError', 'Something went wrong.');
}

/** `@duckdb/node-api`, the sandbox's warehouse engine, is not installed. `message` says how to add it. */
export class MissingWarehouseEngineError extends Error {
  override readonly name = 'MissingWarehouseEngineError';
  constructor(options?: ErrorOptions) {
    super(
      'The sandbox keeps its data in DuckDB, which is not installed. Install it next to lightdash-mcp: ' +
        '`npm install -g @duckdb/node-api` where lightdash-mcp is installed globally, `npm install @duckdb/node-api` where it ' +
        'is part of a project, or start both at once: `npx -p lightdash-mcp -p @duckdb/node-api lightdash-mcp --sandbox`.',
      options,
    );
  }
}
