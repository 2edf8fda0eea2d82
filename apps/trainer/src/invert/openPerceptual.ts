import type { FrozenEncoder } from '@cxr-ifa/gan-inversion';
import { createRng } from '@cxr-ifa/tensor';
import { openSettledEncoder } from '../encode/openSettledEncoder.ts';
import type { ImageCache } from '../input/imageCache.ts';
import { loadEncoder } from '../run/loadEncoder.ts';
import type { Terminal } from '../terminal.ts';

/**
 * The encoder that a perceptual loss sees with, with the normalisation that it is used to; its tensors belong to the caller.
 *
 * @param name A run, a checkpoint, `random`, or `none`.
 * @param options `cache` has the images for a random encoder's statistics: without it there is no random one.
 * @throws {InputError} If it cannot be read.
 */
export async function openPerceptual(name: string, { cache, seed, terminal }: { readonly cache: ImageCache | undefined; readonly seed: number; readonly terminal: Terminal }): Promise<FrozenEncoder | undefined> {
  if (name === 'none') return undefined;
  const { encoder, parameters, statistics, preprocessing } = cache ? await openSettledEncoder({ init: name, seed }, { cache, terminal, rng: createRng(seed) }) : await loadEncoder(name);
  return { encoder, parameters, statistics, normalisation: preprocessing.normalisation };
}
