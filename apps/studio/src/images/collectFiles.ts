import { badFiles } from './images.ts';
import type { IncomingFile } from './studioImage.ts';

/** Files of no image that folders are full of. */
const SKIPPED = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$|DICOMDIR$)/i;

/** Files that were picked: by themselves, or with the folder that they are in. */
export function pickedFiles(list: FileList | readonly File[]): IncomingFile[] {
  return Array.from(list, (file) => ({ path: file.webkitRelativePath || file.name, file })).filter(({ path }) => !SKIPPED.test(path));
}

/** Files that were dropped, with all that is in dropped folders. */
export async function droppedFiles(data: DataTransfer): Promise<IncomingFile[]> {
  const entries = Array.from(data.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return pickedFiles(data.files);
  const found: IncomingFile[] = [];
  for (const entry of entries) await collect(entry, found);
  return found.filter(({ path }) => !SKIPPED.test(path));
}

async function collect(entry: FileSystemEntry, into: IncomingFile[]): Promise<void> {
  if (entry.isFile) {
    const path = entry.fullPath.replace(/^\//, '');
    try {
      into.push({ path, file: await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)) });
    } catch (error) {
      badFiles.value = [...badFiles.value, { path, reason: (error as Error).message }]; // the others are opened
    }
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject)); // a hundred at a time
    if (part.length === 0) return;
    for (const child of part) await collect(child, into);
  }
}
