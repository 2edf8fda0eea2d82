// A worker thread of the loader: answers each request with its result, the large arrays moved and not copied.
import { parentPort } from 'node:worker_threads';
import { doJob, type Request, type Response } from './jobs.ts';

parentPort?.on('message', async ({ id, kind, job }: Request) => {
  try {
    const result = await doJob(kind, job);
    const arrays = Object.values(result).filter((value) => value instanceof Float32Array).map(({ buffer }) => buffer as ArrayBuffer);
    parentPort?.postMessage({ id, result } satisfies Response, arrays);
  } catch (error) {
    const { name, message, stack } = error as Error;
    parentPort?.postMessage({ id, error: { name, message, ...(stack && { stack }) } } satisfies Response);
  }
});
