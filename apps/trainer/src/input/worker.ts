// A worker thread of the loader: answers each request with its result, the large arrays moved and not copied.
import { parentPort } from 'node:worker_threads';
import { doJob, type Request, type Response } from './jobs.ts';
import { transferList } from './transferList.ts';

parentPort?.on('message', async ({ id, kind, job }: Request) => {
  try {
    const result = await doJob(kind, job);
    parentPort?.postMessage({ id, result } satisfies Response, transferList(result));
  } catch (error) {
    const { name, message, stack } = error as Error;
    parentPort?.postMessage({ id, error: { name, message, ...(stack && { stack }) } } satisfies Response);
  }
});
