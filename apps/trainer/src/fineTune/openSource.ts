import { extractMaps } from '@cxr-ifa/heads/classification';
import { imageBatches } from '../encode/imageBatches.ts';
import type { OpenedEncoder } from '../encode/openEncoder.ts';
import type { ImageCache } from '../input/imageCache.ts';
import type { FineTuneOptionValues } from '../options/fineTuneOptions.ts';
import type { Terminal } from '../terminal.ts';
import { imageSource, mapSource, type InputSource } from './inputSource.ts';

/** Beyond this maps are not kept in memory, and frozen stages are run for every batch. */
const MOST_BYTES = 2e9;

/** The inputs of fine-tuning for all rows: the maps of the last frozen stage where images are not augmented and there is room for them, and otherwise images. */
export async function openSource(opened: OpenedEncoder, indices: readonly number[], { freeze, augment, batchSize, cache, terminal }: Pick<FineTuneOptionValues, 'freeze' | 'augment'> & { readonly batchSize: number; readonly cache: ImageCache; readonly terminal: Terminal }): Promise<InputSource> {
  const { encoder, parameters, statistics, preprocessing } = opened;
  const { normalisation, imageSize } = preprocessing;
  const stage = encoder.stages.find(({ name }) => name === freeze);
  const bytes = stage ? 4 * indices.length * stage.channels * Math.ceil(imageSize / stage.stride) ** 2 : 0;
  if (!stage || augment !== 'none' || bytes > MOST_BYTES) return imageSource({ cache, indices, normalisation, augment });
  const progress = terminal.progress(`Encoding images up to ${stage.name}`, indices.length, 'images');
  try {
    const batches = imageBatches(cache, indices, { normalisation, batchSize, onBatch: (done) => progress.update(done) });
    return mapSource(await extractMaps(encoder, parameters, statistics, batches, { stage: stage.name, count: indices.length }));
  } finally {
    progress.finish();
  }
}
