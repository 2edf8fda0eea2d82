import { lookAt, type Seen } from '@cxr-ifa/gan-inversion';
import type { Features } from '@cxr-ifa/heads/classification';
import { l2Normalise, perceptualLoss, perceptualTerms } from '@cxr-ifa/losses';
import { disposeTensors } from '@cxr-ifa/tensor';
import { mul, slice, stack, sum, tidy, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { pictureBatches } from '../encode/pictureBatches.ts';
import { readCheckpoint } from '../run/checkpointFile.ts';
import { hashFile } from '../run/hashFile.ts';
import { loadEncoder, type LoadedEncoder } from '../run/loadEncoder.ts';

/** What an encoder says of reconstructions. */
export interface Judgement {
  /** The cosine of an original's features with its reconstruction's, one an image. */
  readonly cosine: number[];
  /** The perceptual distance, with the weights that the perceptual loss has by default, one an image. */
  readonly distance: number[];
  readonly original: Features;
  readonly reconstruction: Features;
}

/** An encoder that compares pictures, with its own eyes. */
export interface Judge {
  /** A hash of its file: equal keys see the same. */
  readonly key: string;
  /** Pictures of values from 0 to 1, square, of one size; resized to the side that the encoder was trained with. */
  compare(originals: readonly Float32Array[], reconstructions: readonly Float32Array[]): Promise<Judgement>;
  dispose(): void;
}

/**
 * Opens an encoder as a judge.
 *
 * @param path A run, or a checkpoint.
 * @throws {InputError} If it cannot be read.
 */
export async function openJudge(path: string): Promise<Judge> {
  const key = await hashFile((await readCheckpoint(path)).path);
  const loaded = await loadEncoder(path);
  return { key, compare: (originals, reconstructions) => compare(loaded, originals, reconstructions), dispose: () => disposeTensors(loaded.parameters, loaded.statistics) };
}

const AS_DRAWN = { mean: 0.5, std: 0.5 }; // from -1 to 1

async function compare({ encoder, parameters, statistics, preprocessing }: LoadedEncoder, originals: readonly Float32Array[], reconstructions: readonly Float32Array[]): Promise<Judgement> {
  const { imageSize, normalisation } = preprocessing;
  const dimension = encoder.featureSize;
  const features = (): { data: Float32Array; count: number; dimension: number } => ({ data: new Float32Array(originals.length * dimension), count: originals.length, dimension });
  const judgement = { cosine: [] as number[], distance: [] as number[], original: features(), reconstruction: features() };
  const asDrawn = { imageSize, normalisation: AS_DRAWN };
  const seen = pictureBatches(originals, asDrawn);
  for await (const second of pictureBatches(reconstructions, asDrawn)) {
    const first = await seen.next();
    if (first.done) throw new TypeError('Cannot compare pictures as there must be as many originals as reconstructions');
    const start = judgement.cosine.length;
    const found = tidy(() => {
      const [a, b] = [first.value, second].map((images) => lookAt({ encoder, parameters, statistics, normalisation }, images)) as [Seen, Seen];
      const cosine: Tensor1D = sum(mul(l2Normalise(a.features), l2Normalise(b.features)), 1); // [N]
      const of = ({ stages }: Seen, row: number): Record<string, Tensor> => Object.fromEntries(Object.entries(stages).map(([name, map]) => [name, slice(map, row, 1)]));
      const distance = stack(Array.from({ length: second.shape[0] }, (_, row) => perceptualLoss(of(b, row) as Seen['stages'], of(a, row) as Seen['stages'], { terms: perceptualTerms }).loss)); // [N]
      return { cosine, distance, original: a.features, reconstruction: b.features };
    });
    judgement.cosine.push(...((await found.cosine.data()) as Float32Array));
    judgement.distance.push(...((await found.distance.data()) as Float32Array));
    for (const part of ['original', 'reconstruction'] as const) judgement[part].data.set((await found[part].data()) as Float32Array, start * dimension);
    disposeTensors(Object.values(found));
  }
  await seen.return();
  return judgement;
}
