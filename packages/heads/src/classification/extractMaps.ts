import type { Encoder, Parameters, Statistics } from '@cxr-ifa/tensor';
import { tidy, type Tensor4D } from '@tensorflow/tfjs-core';
import type { ImageBatches } from './extractFeatures.ts';

/** Maps of many images in host memory, image by image. */
export interface StageMaps {
  readonly data: Float32Array;
  readonly count: number;
  /** Of one image's map: rows, columns, channels. */
  readonly shape: readonly [height: number, width: number, channels: number];
}

/**
 * Encodes images in inference mode up to a stage and collects its maps in host memory, once, for fine-tuning what comes after it.
 *
 * @param encoder The encoder.
 * @param parameters Its parameters; borrowed.
 * @param statistics Its batch-norm statistics; borrowed.
 * @param batches Batches of images; each is borrowed until the next is asked for.
 * @param options The stage; and `count`, how many images will come, so that memory is taken once: height x width x channels x 4 bytes an image.
 * @returns The maps, in the order of the batches.
 * @throws {RangeError} If the encoder has no such stage, or not `count` images came.
 * @throws {TypeError} If the images differ in size.
 *
 * @example
 * ```ts
 * const maps = await extractMaps(encoder, parameters, statistics, batches(), { stage: 'layer2', count });
 * ```
 */
export async function extractMaps(encoder: Encoder, parameters: Parameters, statistics: Statistics, batches: ImageBatches, { stage, count }: { readonly stage: string; readonly count: number }): Promise<StageMaps> {
  if (!encoder.stages.some(({ name }) => name === stage)) throw new RangeError(`Cannot extract maps as stage must be one of ${encoder.stages.map(({ name }) => name).join(', ')}: current value is ${stage}`);
  if (!(Number.isSafeInteger(count) && count > 0)) throw new RangeError(`Cannot extract maps as count must be a positive integer: current value is ${count}`);
  let shape: StageMaps['shape'] | undefined;
  let data = new Float32Array(0);
  let done = 0;
  for await (const images of batches) {
    const map = tidy(() => encoder.encode(parameters, statistics, images, { training: false }).stages[stage] as Tensor4D); // [N, H, W, C]
    try {
      const [size, ...own] = map.shape;
      shape ??= own;
      if (done === 0) data = new Float32Array(count * own[0] * own[1] * own[2]);
      if (own.join() !== shape.join()) throw new TypeError(`Cannot extract maps as all must have shape [${shape.join(', ')}]: current shape is [${own.join(', ')}]`);
      if (done + size <= count) data.set((await map.data()) as Float32Array, (done * data.length) / count);
      done += size;
    } finally {
      map.dispose();
    }
  }
  if (!shape || done !== count) throw new RangeError(`Cannot extract maps as ${count} images were to come: current number is ${done}`);
  return { data, count, shape };
}
