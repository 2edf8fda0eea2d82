import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, type ImageRecord } from '@cxr-ifa/tensor';
import { z } from 'zod';
import { readCachedImage, type ImageCache } from '../input/imageCache.ts';
import { createPseudonymiser } from '../output/pseudonymise.ts';
import { TRAINED_IMAGES, writeJson } from './runDirectory.ts';
import { runOf } from './runOf.ts';

/** What a run was trained on, so that it is not tested on the same: patients and pixels as keyed hashes. */
const schema = z.object({
  format: z.literal('cxr-ifa-trained-images-1'),
  /** The key of the hashes, in hexadecimal: whoever has it can test whether a patient's id is among them. Without this file nobody can. */
  salt: z.string().regex(/^[0-9a-f]{64}$/),
  /** The images of this run. */
  images: z.array(z.object({ path: z.string(), patient: z.string().nullable(), pixels: z.string() })),
  /** Those of the runs that its encoder began with and that are not among its own. */
  earlier: z.array(z.object({ patient: z.string().nullable(), pixels: z.string() })),
});
export type TrainedImages = z.output<typeof schema>;

/** How images and patients are hashed: 64 bits of an HMAC, as pseudonyms are. */
export interface ImageHasher {
  readonly salt: string;
  patient(id: string | undefined): string | null;
  /** Of prepared pixels, rounded to 8 bits: equal for copies of a file that were prepared the same way. */
  pixels(image: Float32Array): string;
}

/** Makes hashes with a key: a new one by default. */
export function createImageHasher(salt: string = randomBytes(32).toString('hex')): ImageHasher {
  const key = Buffer.from(salt, 'hex');
  const pseudonym = createPseudonymiser(false, key);
  return {
    salt,
    patient: (id) => pseudonym(id) ?? null,
    pixels: (image) => createHmac('sha256', key).update(createHash('sha256').update(Uint8Array.from(image, (value) => Math.round(value * 255))).digest()).digest('hex').slice(0, 16),
  };
}

/**
 * Writes down what a run is trained on, before it begins: a run that was begun has the list.
 *
 * @param run The run's folder; made if need be.
 * @param cache Prepared images.
 * @param records What is known of them, by path; images without a record have no patient.
 * @param options `indices` of the images in the cache that are trained on (default: all), and what the encoder that it begins with was trained on.
 */
export async function writeTrainedImages(run: string, cache: ImageCache, records: readonly ImageRecord[], { indices, earlier }: { readonly indices?: readonly number[]; readonly earlier?: TrainedImages | undefined } = {}): Promise<void> {
  const hasher = createImageHasher(earlier?.salt);
  const patients = new Map(records.map(({ path, patient }) => [path, patient]));
  const images = (indices ?? cache.manifest.images.map((_, index) => index)).map((index) => {
    const path = cache.manifest.images[index] as string;
    return { path, patient: hasher.patient(patients.get(path)), pixels: hasher.pixels(readCachedImage(cache.locate(index))) };
  });
  const own = new Set(images.map(({ pixels }) => pixels));
  const before = [...(earlier?.images ?? []), ...(earlier?.earlier ?? [])].flatMap(({ patient, pixels }) => (own.has(pixels) ? [] : [{ patient, pixels }]));
  await mkdir(run, { recursive: true });
  await writeJson(join(run, TRAINED_IMAGES), { format: 'cxr-ifa-trained-images-1', salt: hasher.salt, images, earlier: before } satisfies TrainedImages);
}

/**
 * Reads what a run was trained on.
 *
 * @param path The run, or one of its checkpoints.
 * @returns `undefined` where nothing says it: no run of ours, an older one, or the file was taken away.
 * @throws {InputError} If the file is damaged.
 */
export async function readTrainedImages(path: string): Promise<TrainedImages | undefined> {
  const file = join(runOf(path), TRAINED_IMAGES);
  const content = await readFile(file, 'utf8').catch(() => undefined);
  if (content === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(content));
  } catch (error) {
    throw new InputError(`Cannot read ${file} as it is damaged or of another version: take it away to go on without knowing what the run was trained on`, { cause: error });
  }
}
