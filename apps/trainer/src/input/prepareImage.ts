import { readFile } from 'node:fs/promises';
import { isInputError, InputError } from '@cxr-ifa/tensor';
import { clipPercentile, resizeToSquare } from '@cxr-ifa/transforms';
import { decodeFile } from './decodeFile.ts';
import type { Preparation } from './preparation.ts';

export interface PrepareJob extends Preparation {
  readonly path: string;
}

/** A prepared image, or why the file cannot be one. */
export type PrepareResult = { readonly pixels: Float32Array; readonly deep: boolean; readonly fileSize?: { readonly width: number; readonly height: number } } | { readonly reason: string };

/**
 * Reads, decodes, clips and resizes an image.
 *
 * @returns Pixels from 0 to 1, [imageSize, imageSize], whether the file had more than 8 bits, and how large its image is; or the reason why a bad file is refused.
 */
export async function prepareImage({ path, imageSize, clipPercentile: upper, aspect }: PrepareJob): Promise<PrepareResult> {
  try {
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      throw new InputError(error.code === 'ENOENT' ? 'Cannot read the file as it does not exist' : `Cannot read the file: ${error.message}`);
    });
    const { image, bits } = await decodeFile(bytes);
    const prepared = resizeToSquare(clipPercentile(image, [0, upper]), imageSize, { aspect });
    return { pixels: prepared.data, deep: bits > 8, fileSize: { width: image.width, height: image.height } };
  } catch (error) {
    if (isInputError(error)) return { reason: error.message };
    throw error;
  }
}
