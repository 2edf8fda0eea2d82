import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@cxr-ifa/tensor';
import { z } from 'zod';
import { PARTIAL } from '../run/atomicWrite.ts';
import { writeJson } from '../run/runDirectory.ts';
import { manifestSchema } from './imageCache.ts';

const OWNER = 'owner';
const PROGRESS = 'progress.json';

/** How far the preparation of a cache has come: everything up to the last whole shard. */
const progressSchema = manifestSchema.pick({ shards: true, images: true, skipped: true }).extend({ done: z.int().nonnegative() });
export type CacheProgress = z.output<typeof progressSchema>;

/** The folder in which a cache is being made. */
export interface PartialCache {
  readonly folder: string;
  readonly progress: CacheProgress;
  /** Makes it known that a shard is written, so that another process may go on from there. */
  save(progress: CacheProgress): Promise<void>;
  /** Lets go of the folder, for whoever goes on; one in which there is nothing to go on from is removed. */
  release(): Promise<void>;
}

/**
 * Takes the folder in which the cache of this name is being made, with what an interrupted process left in it.
 * Where another process that still runs has it, this one gets a folder of its own and does the work by itself.
 */
export async function openPartialCache(parent: string, name: string): Promise<PartialCache> {
  await mkdir(parent, { recursive: true });
  await removeAbandoned(parent);
  const shared = join(parent, `${name}${PARTIAL}`);
  const isShared = await claim(shared);
  const folder = isShared ? shared : join(parent, `${name}.${process.pid}${PARTIAL}`);
  await mkdir(folder, { recursive: true });
  return {
    folder,
    progress: await readProgress(folder),
    save: (progress) => writeJson(join(folder, PROGRESS), progress),
    async release() {
      const isWorthKeeping = isShared && (await readProgress(folder)).done > 0;
      await rm(isWorthKeeping ? join(folder, OWNER) : folder, { recursive: true, force: true });
    },
  };
}

/** Removes from a folder that is complete what only its making needed. */
export async function finishPartialCache({ folder }: PartialCache): Promise<void> {
  for (const name of [OWNER, PROGRESS]) await rm(join(folder, name), { force: true });
}

async function claim(folder: string): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, OWNER);
  const owner = Number(await readFile(path, 'utf8').catch(() => ''));
  if (Number.isInteger(owner) && owner > 0 && owner !== process.pid && isRunning(owner)) return false;
  await rm(path, { force: true });
  try {
    const file = await open(path, 'wx'); // of two that come at once, one makes it
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readProgress(folder: string): Promise<CacheProgress> {
  const nothing: CacheProgress = { done: 0, shards: [], images: [], skipped: [] };
  const content = await readFile(join(folder, PROGRESS), 'utf8').catch(() => undefined);
  if (content === undefined) return nothing;
  try {
    return progressSchema.parse(JSON.parse(content));
  } catch (error) {
    throw new InputError(`Cannot go on with the preparation in ${folder} as its ${PROGRESS} is damaged or of another version: delete the folder to begin anew`, { cause: error });
  }
}

/** Removes the private folders of processes that were killed. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = Number(/\.(\d+)\.partial$/.exec(name)?.[1]);
    if (!Number.isInteger(owner) || (owner !== process.pid && isRunning(owner))) continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
