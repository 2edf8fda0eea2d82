import { settleStatistics } from '../encode/settleStatistics.ts';
import { openEncoder, type OpenedEncoder } from '../encode/openEncoder.ts';
import type { ImageCache } from '../input/imageCache.ts';
import type { Terminal } from '../terminal.ts';
import { createRng } from '@cxr-ifa/tensor';
import type { FrozenEncoder } from '@cxr-ifa/gan-inversion';

/** The random encoder's size, where one is asked for as a baseline. */
const RANDOM_ENCODER = { arch: 'resnet18', width: 16 } as const;

/**
 * The encoder that a perceptual loss sees with: of a run or checkpoint, `random`, or none.
 *
 * @param name What was asked for.
 * @param options The images, for a random encoder's statistics.
 * @throws {InputError} If it cannot be read.
 */
export async function openPerceptual(name: string, { cache, seed, terminal }: { readonly cache: ImageCache; readonly seed: number; readonly terminal: Terminal }): Promise<OpenedEncoder | undefined> {
  if (name === 'none') return undefined;
  const opened = await openEncoder({ init: name, ...RANDOM_ENCODER, ...cache.manifest.preparation, seed }, {});
  return settleStatistics(opened, cache.manifest.images.map((_, index) => index), { cache, batchSize: 64, terminal, rng: createRng(seed) });
}

/** The same as the losses take it: frozen, at the images' own resolution, with the encoder's normalisation. */
export function frozen({ encoder, parameters, statistics, preprocessing: { normalisation } }: OpenedEncoder): FrozenEncoder {
  return { encoder, parameters, statistics, normalisation };
}
