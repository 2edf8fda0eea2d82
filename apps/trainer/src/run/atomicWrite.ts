import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** How the name of a file that is not complete yet ends. */
export const PARTIAL = '.partial';

/**
 * Writes a file so that at any instant it is either the old one or the whole new one, whatever happens to the process or the machine:
 * a temporary file beside it, synced, renamed over it, and the folder synced. Content that comes piece by piece is written as it comes.
 */
export async function atomicWrite(path: string, content: string | Uint8Array | AsyncIterable<string>): Promise<void> {
  await (await writePartial(path, content)).commit();
}

/**
 * The first half of {@link atomicWrite}: the temporary file, whole and synced.
 *
 * @returns `commit` renames it over the path, `discard` takes it away.
 */
export async function writePartial(path: string, content: string | Uint8Array | AsyncIterable<string>): Promise<{ commit(): Promise<void>; discard(): Promise<void> }> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}${PARTIAL}`);
  try {
    const file = await open(temporary, 'w');
    try {
      if (typeof content === 'string' || content instanceof Uint8Array) await file.writeFile(content);
      else for await (const piece of content) await file.write(piece);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  const discard = (): Promise<void> => rm(temporary, { force: true });
  const commit = async (): Promise<void> => {
    await rename(temporary, path).catch(async (error: unknown) => {
      await discard();
      throw error;
    });
    await syncFolder(dirname(path));
  };
  return { commit, discard };
}

/** Makes the names in a folder durable. Windows cannot open folders, and needs no such thing. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
