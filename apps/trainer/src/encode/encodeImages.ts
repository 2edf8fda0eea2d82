import { extractFeatures, type Features } from '@cxr-ifa/heads/classification';
import type { ImageCache } from '../input/imageCache.ts';
import type { Terminal } from '../terminal.ts';
import { imageBatches } from './imageBatches.ts';
import type { OpenedEncoder } from './openEncoder.ts';

/** What every pass over images needs. */
export interface EncodeImagesOptions {
  readonly cache: ImageCache;
  readonly batchSize: number;
  readonly terminal: Terminal;
}

/** The features of images in the cache, in the order of `indices`. */
export async function encodeImages({ encoder, parameters, statistics, preprocessing }: OpenedEncoder, indices: readonly number[], { cache, batchSize, terminal, stage }: EncodeImagesOptions & { readonly stage?: string | undefined }): Promise<Features> {
  const progress = terminal.progress('Encoding images', indices.length, 'images');
  try {
    const batches = imageBatches(cache, indices, { normalisation: preprocessing.normalisation, batchSize, onBatch: (done) => progress.update(done) });
    return await extractFeatures(encoder, parameters, statistics, batches, stage === undefined ? {} : { stage });
  } finally {
    progress.finish();
  }
}
