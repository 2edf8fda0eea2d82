import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Every file in a folder and the folders inside it, links followed, each folder once.
 *
 * @returns Paths from the folder on, with `/` between folders, in no particular order.
 */
export async function listFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  const seen = new Set<string>();
  const open = [''];
  for (let inner = open.pop(); inner !== undefined; inner = open.pop()) {
    const here = await realpath(join(folder, inner));
    if (seen.has(here)) continue; // a link to a folder above
    seen.add(here);
    for (const entry of await readdir(here, { withFileTypes: true })) {
      const path = inner === '' ? entry.name : `${inner}/${entry.name}`;
      const kind = entry.isSymbolicLink() ? await stat(join(folder, path)).catch(() => undefined) : entry;
      if (kind?.isDirectory()) open.push(path);
      else if (kind?.isFile()) files.push(path);
    }
  }
  return files;
}
