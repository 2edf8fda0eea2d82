import { fitStatistics } from '@cxr-ifa/heads/classification';
import { disposeTensors, type Rng } from '@cxr-ifa/tensor';
import type { EncodeImagesOptions } from './encodeImages.ts';
import { imageBatches } from './imageBatches.ts';
import type { OpenedEncoder } from './openEncoder.ts';

/**
 * Gives a random encoder the batch-norm statistics of training images, so that it is a fair baseline in inference mode; leaves a trained one as it is.
 *
 * @param opened The encoder; its statistics are taken over, and disposed of where they are replaced.
 * @param trainingIndices The training images in the cache.
 * @param options `rng` is only forked, for the order of the images: files that lie class by class would give batches without the variance between classes.
 */
export async function settleStatistics(opened: OpenedEncoder, trainingIndices: readonly number[], { cache, batchSize, terminal, rng }: EncodeImagesOptions & { readonly rng: Rng }): Promise<OpenedEncoder> {
  if (!opened.random) return opened;
  const { encoder, parameters, preprocessing } = opened;
  const order = [...rng.fork('statistics').permutation(trainingIndices.length)].map((position) => trainingIndices[position] as number);
  const progress = terminal.progress('Setting batch-norm statistics', order.length, 'images');
  try {
    const batches = imageBatches(cache, order, { normalisation: preprocessing.normalisation, batchSize, wholeOnly: true, onBatch: (done) => progress.update(done) });
    const statistics = await fitStatistics(encoder, parameters, opened.statistics, batches);
    disposeTensors(opened.statistics);
    return { ...opened, statistics };
  } finally {
    progress.finish();
  }
}
