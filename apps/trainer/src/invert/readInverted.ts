import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@cxr-ifa/tensor';
import type { z } from 'zod';
import { decodeFile } from '../input/decodeFile.ts';
import { invertedSchema } from './invertedFile.ts';
import { MEAN_PICTURE } from './pictureFiles.ts';

/** What `invert run` left, in memory: pictures of values from 0 to 1, in the order of its `metrics.json`. */
export interface Inverted {
  readonly metrics: z.output<typeof invertedSchema>;
  readonly originals: readonly Float32Array[];
  readonly reconstructions: readonly Float32Array[];
  /** What the generator draws of its mean latent. */
  readonly mean: Float32Array;
  readonly side: number;
}

/**
 * Reads an inversion.
 *
 * @throws {InputError} If the folder is none, or a picture is missing, damaged or of another size.
 */
export async function readInverted(run: string): Promise<Inverted> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new InputError(`Cannot read the inversion ${run} as ${reason}`, { cause });
  };
  const text = await readFile(join(run, 'metrics.json'), 'utf8').catch((error: Error) => refuse('it has no readable metrics.json: is it a folder of cxr-ifa invert run?', error));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return refuse('its metrics.json must be JSON', error);
  }
  const metrics = invertedSchema.safeParse(json);
  if (!metrics.success) return refuse('its metrics.json is of no inversion, or of another version');
  const picture = async (...path: string[]): Promise<Float32Array> => {
    const { image } = await decodeFile(await readFile(join(run, ...path))).catch((error: Error) => refuse(`${join(...path)} cannot be read: ${error.message}`, error));
    if (image.width !== image.height) refuse(`${join(...path)} must be square: current size is ${image.width} x ${image.height}`);
    const [low, high] = image.range;
    return image.data.map((value) => (value - low) / (high - low));
  };
  const mean = await picture(MEAN_PICTURE);
  const pictures = async (folder: string): Promise<Float32Array[]> => {
    const found: Float32Array[] = [];
    for (const { name } of metrics.data.perImage) {
      const own = await picture(folder, `${name}.png`);
      if (own.length !== mean.length) refuse(`${join(folder, name)}.png must be as large as ${MEAN_PICTURE}`);
      found.push(own);
    }
    return found;
  };
  return { metrics: metrics.data, originals: await pictures('original'), reconstructions: await pictures('reconstruction'), mean, side: Math.sqrt(mean.length) };
}
