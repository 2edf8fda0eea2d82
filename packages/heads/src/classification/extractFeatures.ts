import { mean, tidy, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Encoder, Parameters, Statistics } from '@cxr-ifa/tensor';
import type { Features } from './features.ts';

/** Batches of images [N, H, W, C] in turn. Whoever makes them disposes of them; a generator does so after its `yield`. */
export type ImageBatches = AsyncIterable<Tensor4D> | Iterable<Tensor4D>;

/**
 * Encodes images in inference mode and collects their features in host memory, once, for every probe and search that follows.
 *
 * @param encoder The encoder.
 * @param parameters Its parameters; borrowed.
 * @param statistics Its batch-norm statistics; borrowed.
 * @param batches Batches of images; each is borrowed until the next is asked for.
 * @param options `stage`: the stage whose map, averaged over positions, is the feature vector; without it, the encoder's own features.
 * @returns The features, image by image in the order of the batches.
 * @throws {RangeError} If there is no image, or the encoder has no such stage.
 *
 * @example
 * ```ts
 * async function* batches() {
 *   for (const file of files) {
 *     const images = await load(file); // [N, H, W, C]
 *     try {
 *       yield images;
 *     } finally {
 *       images.dispose();
 *     }
 *   }
 * }
 * const features = await extractFeatures(encoder, parameters, statistics, batches());
 * ```
 */
export async function extractFeatures(
  encoder: Encoder,
  parameters: Parameters,
  statistics: Statistics,
  batches: ImageBatches,
  { stage }: { readonly stage?: string } = {},
): Promise<Features> {
  const dimension = stage === undefined ? encoder.featureSize : encoder.stages.find(({ name }) => name === stage)?.channels;
  if (dimension === undefined) {
    throw new RangeError(`Cannot extract features as stage must be one of ${encoder.stages.map(({ name }) => name).join(', ')}: current value is ${stage}`);
  }
  const chunks: Float32Array[] = [];
  for await (const images of batches) {
    const pooled = tidy(() => {
      const { features, stages } = encoder.encode(parameters, statistics, images, { training: false });
      return stage === undefined ? features : mean<Tensor2D>(stages[stage] as Tensor4D, [1, 2]); // [N, dimension]
    });
    try {
      chunks.push(Float32Array.from(await pooled.data()));
    } finally {
      pooled.dispose();
    }
  }
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (length === 0) throw new RangeError('Cannot extract features as at least one image is needed: current count is 0');
  const data = new Float32Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    data.set(chunk, offset);
    offset += chunk.length;
  }
  return { data, count: length / dimension, dimension };
}
