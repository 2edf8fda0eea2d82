import { readFile } from 'node:fs/promises';
import { isInputError } from '@cxr-ifa/tensor';
import { decodeFile } from '../input/decodeFile.ts';

export interface MeasureJob {
  readonly path: string;
}

/** A file's size in pixels, or why it has none. */
export type MeasureResult = { readonly width: number; readonly height: number } | { readonly reason: string };

/** Reads how large an image is: boxes are in pixels of the file. */
export async function measureImage({ path }: MeasureJob): Promise<MeasureResult> {
  try {
    const { image } = await decodeFile(await readFile(path));
    return { width: image.width, height: image.height };
  } catch (error) {
    if (isInputError(error) || (error as NodeJS.ErrnoException).code) return { reason: (error as Error).message };
    throw error;
  }
}
