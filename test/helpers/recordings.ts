import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One request that was made of a real Lightdash, and its answer. */
export interface Exchange {
  readonly note: string;
  readonly request: {
    /** The sender: `admin PAT`, `viewer session cookie`, `no auth`, … */
    readonly auth: string;
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, unknown>>;
    readonly body: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly contentType: string | null;
    readonly headers?: Readonly<Record<string, string | string[]>>;
    readonly body: unknown;
  };
}

/** Every recorded exchange of one operation. */
export interface Recording {
  readonly operationId: string;
  readonly method: string;
  readonly pathTemplate: string;
  readonly exchanges: readonly Exchange[];
}

const folder = fileURLToPath(new URL('../fixtures/recordings', import.meta.url));

const todaysFolder = fileURLToPath(new URL('../fixtures/todays-recordings', import.meta.url));

const read = (file: string): Recording => JSON.parse(readFileSync(join(folder, file), 'utf8'));

/** The recordings of all 135 operations, in the order of their file names. */
export function readRecordings(): readonly Recording[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map(read);
}

/** The recordings of a real Lightdash 0.2904: the operations of its queries. */
export function readNewerRecordings(): readonly Recording[] {
  const newer = `${folder}-0.2904`;
  return readdirSync(newer)
    .sort()
    .map((file) => JSON.parse(readFileSync(join(newer, file), 'utf8')));
}

/** The recordings of a real Lightdash 1.219: the 135 operations by toolset, and responses of the routes that are read besides. */
export function readTodaysRecordings(): {
  readonly operations: readonly Recording[];
  readonly besides: readonly Recording[];
  readonly queries: readonly Recording[];
} {
  const parse = (path: string) =>
    readdirSync(path)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .flatMap((name): Recording | readonly Recording[] => JSON.parse(readFileSync(join(path, name), 'utf8')));
  const [operations = [], besides = [], queries = []] = ['', 'besides', 'queries'].map((name) =>
    parse(join(todaysFolder, name)),
  );
  return { operations, besides, queries };
}

/** A recording of routes outside of the API document, such as `health`. */
export function readExtra(name: string): Pick<Recording, 'exchanges'> {
  return read(join('extra', `${name}.json`));
}

/** One exchange by its operation (or `extra/…`) and its note; throws where there is none. */
export function recorded(file: string, note: string): Exchange {
  const recorded = read(`${file}.json`).exchanges.find((exchange) => exchange.note === note);
  if (recorded === undefined) throw new Error(`${file} has no exchange "${note}"`);
  return recorded;
}

/** The body of a recorded answer as it went over the wire. */
export function bodyText({ response: { body } }: Exchange): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
