import { SandboxError } from './errors.ts';
import type { Job, JsonObject } from './store/records.ts';
import type { Store } from './store/store.ts';

/** Delay until a worker takes a job: long enough for a client to see `started`, a tenth of the real queue's delay. */
const PICK_UP_MILLISECONDS = 20;

/** Jobs and files beyond these are forgotten, oldest first, so that a long session does not grow. */
const MAX_JOBS = 500;
const MAX_FILES = 100;

interface JobRequest {
  task: string;
  projectUuid: string | null;
  userUuid: string;
  schedulerUuid?: string;
  /** True if the details name the user; those of sent deliveries and validations do not. */
  namesItsUser?: boolean;
  /** Fields of the details from start to end. */
  jobFields?: JsonObject;
}

/** Resolves when a worker takes the next job. */
export type PickUp = () => Promise<void>;

const pickUpSoon: PickUp = () =>
  new Promise((resolve) => {
    setTimeout(resolve, PICK_UP_MILLISECONDS).unref();
  });

/** Runs the work that Lightdash does in the background; each job starts by itself and finishes by itself. */
export class JobQueue {
  readonly #pickUp: PickUp;
  readonly #running = new Set<Promise<void>>();

  constructor(pickUp: PickUp = pickUpSoon) {
    this.#pickUp = pickUp;
  }

  /**
   * Queues a job.
   * @param runJob does it and gives the details of the finished job; what it throws becomes the details of a failed one
   */
  start(store: Store, now: () => Date, request: JobRequest, runJob: () => Promise<JsonObject | null>): number {
    const id = store.next.job++;
    const { task, projectUuid, userUuid: createdByUserUuid, schedulerUuid } = request;
    const owner = request.namesItsUser ? { ...request.jobFields, createdByUserUuid } : (request.jobFields ?? null);
    const job: Job = {
      id,
      task,
      projectUuid,
      createdByUserUuid,
      status: 'started',
      createdAt: now().toISOString(),
      details: owner,
      ...(schedulerUuid === undefined ? {} : { schedulerUuid }),
    };
    store.jobs.set(id, job);
    forgetOldest(store.jobs, MAX_JOBS);
    const run = this.#pickUp()
      .then(runJob)
      .then(
        (details) => {
          job.status = 'completed';
          job.details = owner || details ? { ...details, ...owner } : null;
        },
        (error: unknown) => {
          job.status = 'error';
          job.details = { ...failureDetails(error), ...owner };
        },
      )
      .finally(() => {
        forgetOldest(store.files, MAX_FILES);
        this.#running.delete(run);
      });
    this.#running.add(run);
    return id;
  }

  /** Resolves when no job is left running. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}

/** The three shapes in which the real server keeps an error: a sentence, a named error without its message, or nothing. */
function failureDetails(error: unknown): JsonObject {
  if (error instanceof JobFailure) return { error: error.message, ...error.details };
  if (error instanceof SandboxError) {
    return { error: { name: error.name, statusCode: error.statusCode, data: error.data } };
  }
  return { error: {} };
}

/** A failure whose message goes into the job's status, with further details. */
export class JobFailure extends Error {
  readonly details: JsonObject;

  constructor(message: string, details: JsonObject = {}) {
    super(message);
    this.details = details;
  }
}

function forgetOldest<Key>(map: Map<Key, unknown>, keep: number): void {
  for (const key of map.keys()) {
    if (map.size <= keep) return;
    map.delete(key);
  }
}
