import type { Rng } from '@cxr-ifa/tensor';
import type { ImageCache } from '../input/imageCache.ts';
import type { EncoderOptionValues } from '../options/encoderOptions.ts';
import type { EncodeImagesOptions } from './encodeImages.ts';
import { openEncoder, type OpenedEncoder } from './openEncoder.ts';
import { settleStatistics } from './settleStatistics.ts';

const BATCH = 64;

/**
 * Opens an encoder that is to see as it is: a random one gets the batch-norm statistics of all prepared images first.
 *
 * @param choice A run, a checkpoint, or random; a random one is small by default, its features as wide as a few hundred images can tell.
 * @param context `rng` is only forked.
 * @throws {InputError} If the encoder cannot be read.
 */
export async function openSettledEncoder(
  { init, arch = 'resnet18', width = 16, seed }: Pick<EncoderOptionValues, 'init' | 'seed'> & Partial<Pick<EncoderOptionValues, 'arch' | 'width'>>,
  { cache, terminal, rng }: { readonly cache: ImageCache; readonly rng: Rng } & Pick<EncodeImagesOptions, 'terminal'>,
): Promise<OpenedEncoder> {
  const { images, preparation } = cache.manifest;
  const opened = await openEncoder({ init, arch, width, seed, ...preparation }, {});
  return settleStatistics(opened, images.map((_, index) => index), { cache, batchSize: BATCH, terminal, rng });
}
