import { basename } from 'node:path';
import type { ImageRecord, Rng } from '@cxr-ifa/tensor';
import { concat, tidy, type Tensor4D } from '@tensorflow/tfjs-core';
import { randomLatents } from '../gan/drawImages.ts';
import { imagesAsTensor } from '../gan/ganBatches.ts';
import type { LoadedGenerator } from '../gan/loadGenerator.ts';
import type { ImageCache } from '../input/imageCache.ts';

/** Images to invert. */
export interface Targets {
  /** What each is called in the result. */
  readonly names: readonly string[];
  /** Its path in the data, and what else is known of it; undefined of what a generator drew. */
  readonly records: readonly (ImageRecord | undefined)[];
  /** Where each lies in the cache; none of what a generator drew. */
  readonly indices: readonly number[];
  /** From -1 to 1, for as many names; the caller disposes of it. */
  batch(start: number, count: number): Tensor4D;
}

/**
 * Prepared images: all, or `count` of them drawn with `rng`, which is only forked: a larger count begins with the images of a smaller one.
 *
 * @param records What is known of them, by path; images without a record are known by their path alone.
 */
export function realTargets(cache: ImageCache, records: readonly ImageRecord[], { count, rng }: { readonly count: number | undefined; readonly rng: Rng }): Targets {
  const known = new Map(records.map((record) => [record.path, record]));
  const all = cache.manifest.images.map((_, index) => index);
  const chosen = count === undefined ? all : [...rng.fork('images').permutation(all.length)].slice(0, count);
  const paths = chosen.map((index) => cache.manifest.images[index] as string);
  return {
    names: paths.map((path, row) => `${String(row).padStart(5, '0')}-${basename(path).replace(/\.[^.]*$/, '')}`),
    indices: chosen,
    records: paths.map((path) => known.get(path) ?? { path, findings: {} }),
    batch: (start, size) => imagesAsTensor(cache, chosen.slice(start, start + size)),
  };
}

/** Images that a generator draws. Each has latents and no noise: what the generator draws of w alone. */
export function drawnTargets(loaded: LoadedGenerator, count: number, rng: Rng): Targets {
  const draw = (image: number): ReturnType<typeof randomLatents> => randomLatents(loaded, rng.fork('drawn', image), 1);
  return {
    names: Array.from({ length: count }, (_, index) => `${String(index).padStart(5, '0')}-drawn`),
    records: Array.from({ length: count }, () => undefined),
    indices: [],
    batch: (start, size) => tidy(() => loaded.generator.synthesise(loaded.parameters, concat(Array.from({ length: size }, (_, index) => draw(start + index))))),
  };
}
