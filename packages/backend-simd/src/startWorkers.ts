import type { WorkerStart } from './hostTypes.ts';

/** What the two kinds of workers have in common, as we use them. */
interface Thread {
  postMessage(message: WorkerStart): void;
  terminate(): unknown;
}

interface NodeWorker extends Thread {
  once(event: string, listener: (value: unknown) => void): void;
  unref(): void;
}

interface WebWorker extends Thread {
  onmessage: ((event: unknown) => void) | null;
  onerror: ((event: { message?: string }) => void) | null;
}

declare const Worker: new (url: URL, options: { type: 'module' }) => WebWorker;
declare const process: { readonly versions?: { readonly node?: string } } | undefined;
declare class URL {
  constructor(path: string, base: string);
}

/**
 * Starts a worker thread for each of `starts` and waits until all are ready to work.
 * In Node and Deno they do not keep the process alive.
 *
 * @returns Ends the threads.
 * @throws {Error} If a worker cannot be started; none is left running then.
 */
export async function startWorkers(starts: readonly WorkerStart[]): Promise<() => void> {
  const threads: Thread[] = [];
  const stop = (): void => threads.forEach((thread) => void thread.terminate());
  const startThread = typeof process === 'object' && process.versions?.node ? await nodeStarter() : startWebWorker;
  try {
    await Promise.all(starts.map((start) => startThread(start, threads)));
  } catch (error) {
    stop();
    throw error;
  }
  return stop;
}

function startWebWorker(start: WorkerStart, threads: Thread[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', (import.meta as unknown as { url: string }).url), { type: 'module' });
    threads.push(worker);
    worker.onmessage = () => resolve();
    worker.onerror = ({ message }) => reject(new Error(`Cannot start a thread of the backend simd as its worker failed: ${message ?? 'worker.js could not be loaded'}`));
    worker.postMessage(start);
  });
}

async function nodeStarter(): Promise<(start: WorkerStart, threads: Thread[]) => Promise<void>> {
  const name = 'node:worker_threads'; // in a variable, so that bundlers for browsers leave it alone
  const { Worker: NodeWorkerThread } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as { Worker: new (url: URL) => NodeWorker };
  return (start, threads) =>
    new Promise((resolve, reject) => {
      const worker = new NodeWorkerThread(new URL('./worker.js', (import.meta as unknown as { url: string }).url));
      threads.push(worker);
      worker.once('message', () => {
        worker.unref();
        resolve();
      });
      worker.once('error', reject);
      worker.postMessage(start);
    });
}
