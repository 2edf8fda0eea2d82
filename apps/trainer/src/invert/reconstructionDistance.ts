import { selectFeatures, type Features } from '@cxr-ifa/heads/classification';
import { kernelInceptionDistance, type KernelDistance } from '@cxr-ifa/metrics';
import type { Rng } from '@cxr-ifa/tensor';
import { halvePatients } from '../gan/halvePatients.ts';

/** How far reconstructions are from originals as a set, and what the same two halves of the originals come to. */
export interface ReconstructionDistance {
  /** KID between reconstructions of one half of the patients and originals of the other. */
  readonly reconstructions: KernelDistance;
  /** KID between the originals of the two: what chance and small numbers make of it. */
  readonly originals: KernelDistance;
  /** In each half. */
  readonly images: readonly [number, number];
}

const MOST_BLOCKS = 20;

/**
 * KID of reconstructions. An estimate from a set and its own reconstructions would be biased, as they are pairs: so patients are dealt into two halves, and the reconstructions of one
 * are held against the originals of the other.
 *
 * @param patients The patient of each image; an image with `undefined` is a patient of its own.
 * @param rng Deals patients into halves and images into blocks.
 * @returns `undefined` where a half has fewer than four images.
 */
export function reconstructionDistance({ original, reconstruction }: { readonly original: Features; readonly reconstruction: Features }, patients: readonly (string | undefined)[], rng: Rng): ReconstructionDistance | undefined {
  const halves = halvePatients(patients, rng.fork('halves'));
  const blocks = Math.min(MOST_BLOCKS, Math.floor(Math.min(halves[0].length, halves[1].length) / 2));
  if (blocks < 2) return undefined;
  const other = selectFeatures(original, halves[1]);
  const distance = (first: Features): KernelDistance => kernelInceptionDistance(other, selectFeatures(first, halves[0]), { rng: rng.fork('blocks'), blocks });
  return { reconstructions: distance(reconstruction), originals: distance(original), images: [halves[0].length, halves[1].length] };
}
