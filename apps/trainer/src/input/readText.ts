import { readFile, stat } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { InputError } from '@cxr-ifa/tensor';

/** The largest label file there is (MIMIC-CXR's metadata) has some 80 MB. */
const MAXIMUM_BYTES = 400_000_000;

/**
 * Reads a text file, unpacked where its name ends in .gz.
 *
 * @throws {InputError} If it cannot be read, or has more than 400 MB, packed or unpacked.
 */
export async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAXIMUM_BYTES) throw new InputError(`it has ${size} bytes, and ${MAXIMUM_BYTES} are the most`);
    const bytes = await readFile(path);
    return (path.endsWith('.gz') ? gunzipSync(bytes, { maxOutputLength: MAXIMUM_BYTES }) : bytes).toString('utf8');
  } catch (error) {
    throw new InputError(`Cannot read the file ${path}: ${(error as Error).message}`, { cause: error });
  }
}
