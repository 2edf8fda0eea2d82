import type { BadFile, IncomingFile } from './studioImage.ts';

/** Files of no image that folders are full of. */
const SKIPPED = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$|DICOMDIR$)/i;

/** What was found in a drop or a choice, and what could not be read. */
export interface CollectedFiles {
  readonly files: readonly IncomingFile[];
  readonly bad: readonly BadFile[];
}

/** Files that were picked: by themselves, or with the folder that they are in. */
export function pickedFiles(list: Iterable<File>): CollectedFiles {
  return { files: Array.from(list, (file) => ({ path: file.webkitRelativePath || file.name, file })).filter(({ path }) => !SKIPPED.test(path)), bad: [] };
}

/** Files that were dropped, with all that is in dropped folders. */
export async function droppedFiles(data: DataTransfer): Promise<CollectedFiles> {
  const entries = Array.from(data.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return pickedFiles(data.files);
  return collectEntries(entries);
}

/** All files of some entries of a disk; an entry that cannot be read keeps no other from it. */
export async function collectEntries(entries: readonly FileSystemEntry[]): Promise<CollectedFiles> {
  const found: { files: IncomingFile[]; bad: BadFile[] } = { files: [], bad: [] };
  for (const entry of entries) await collect(entry, found);
  return found;
}

async function collect(entry: FileSystemEntry, into: { files: IncomingFile[]; bad: BadFile[] }): Promise<void> {
  const path = entry.fullPath.replace(/^\//, '');
  if (SKIPPED.test(path)) return;
  try {
    if (entry.isFile) into.files.push({ path, file: await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)) });
    else for await (const child of childrenOf(entry as FileSystemDirectoryEntry)) await collect(child, into);
  } catch (error) {
    into.bad.push({ path, reason: `Cannot read it: ${(error as Error).message}` });
  }
}

async function* childrenOf(folder: FileSystemDirectoryEntry): AsyncGenerator<FileSystemEntry, void, void> {
  const reader = folder.createReader();
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject)); // a hundred at a time
    if (part.length === 0) return;
    yield* part;
  }
}
