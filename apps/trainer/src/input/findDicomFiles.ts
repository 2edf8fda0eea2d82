import { open } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { detectFormat } from '@cxr-ifa/datasets';
import { mapInOrder } from './mapInOrder.ts';

/** What a DICOM file is known by. */
const HEAD = 132;

/**
 * Finds the DICOM files whose names do not say so, as on the disks that scanners write: names without an ending, or ending in the digits of a UID.
 * Unreadable files are none; an index (DICOMDIR) holds no image.
 *
 * @param paths Paths in `folder`.
 */
export async function findDicomFiles(folder: string, paths: readonly string[]): Promise<Set<string>> {
  const unnamed = paths.filter((path) => /^(\.\d+)?$/.test(extname(path)) && basename(path) !== 'DICOMDIR' && !basename(path).startsWith('.'));
  const found = new Set<string>();
  let index = 0;
  for await (const isDicom of mapInOrder(unnamed, (path) => startsLikeDicom(join(folder, path)), 32)) {
    const path = unnamed[index++] as string;
    if (isDicom) found.add(path);
  }
  return found;
}

async function startsLikeDicom(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  try {
    const head = new Uint8Array(HEAD);
    const read = await file?.read(head, 0, HEAD, 0);
    return read !== undefined && detectFormat(head.subarray(0, read.bytesRead)) === 'DICOM';
  } catch {
    return false;
  } finally {
    await file?.close();
  }
}
