import { Worker } from 'node:worker_threads';
import { doJob, type JobKind, type Jobs, type Request, type Response } from './jobs.ts';

/** Threads that do the loader's jobs. */
export interface WorkerPool {
  readonly size: number;
  /** Does a job in the thread with the least to do. A thread that ends fails its jobs, and whatever is asked for later. */
  run<Kind extends JobKind>(kind: Kind, job: Jobs[Kind]['job']): Promise<Jobs[Kind]['result']>;
  /** Ends the threads; jobs that are not done fail. */
  close(): Promise<void>;
}

interface Member {
  readonly worker: Worker;
  readonly waiting: Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>;
}

/**
 * Starts worker threads.
 *
 * @param size How many; with 0 the jobs are done in the calling thread, when they are asked for.
 * @param url The worker's module: a plain JavaScript file, as Node 20 loads no TypeScript.
 */
export function createWorkerPool(size: number, url: URL = new URL('./worker.js', import.meta.url)): WorkerPool {
  if (size === 0) return { size, run: doJob, close: async () => undefined };
  let nextId = 0;
  let ended: Error | undefined;
  const members = Array.from({ length: size }, (): Member => {
    // None of the program's own flags: those of a test runner would have packages resolve to their TypeScript
    const member: Member = { worker: new Worker(url, { execArgv: [] }), waiting: new Map() };
    member.worker.on('message', (response: Response) => {
      const request = member.waiting.get(response.id);
      member.waiting.delete(response.id);
      if ('result' in response) request?.resolve(response.result as never);
      else request?.reject(Object.assign(new Error(response.error.message), response.error));
    });
    // A crash is first an error, then an exit: the error says more
    const end = (reason: string, cause?: Error): void => {
      ended ??= new Error(`Cannot load images as a worker thread ${reason}: with fewer --workers, or --workers 0, less memory is needed`, { cause });
      for (const { reject } of member.waiting.values()) reject(ended);
      member.waiting.clear();
    };
    member.worker.on('error', (error: Error) => end(`crashed (${error.message})`, error));
    member.worker.on('exit', (code) => end(`ended with code ${code}`));
    member.worker.unref(); // a forgotten pool does not keep the process alive; a waiting job does, by reference below
    return member;
  });
  return {
    size,
    run(kind, job) {
      if (ended) return Promise.reject(ended);
      const member = members.reduce((least, other) => (other.waiting.size < least.waiting.size ? other : least));
      const id = nextId++;
      member.worker.ref();
      return new Promise<never>((resolve, reject) => {
        member.waiting.set(id, { resolve, reject });
        member.worker.postMessage({ id, kind, job } satisfies Request);
      }).finally(() => member.waiting.size === 0 && member.worker.unref());
    },
    close: async () => void (await Promise.all(members.map(({ worker }) => worker.terminate()))),
  };
}
