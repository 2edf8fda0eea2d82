import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSafetensors, writeSafetensors, type StoredTensor } from '@cxr-ifa/checkpoint';
import type { FeatureDistribution } from '@cxr-ifa/heads/classification';
import { InputError } from '@cxr-ifa/tensor';
import { atomicWrite } from '../run/atomicWrite.ts';

const FILE = 'feature-distribution.safetensors';

/** Keeps in a run what features of its training images look like. */
export async function writeFeatureDistribution(run: string, { dimension, mean, whitening, shrinkage, quantiles }: FeatureDistribution): Promise<void> {
  const tensors = new Map<string, StoredTensor>([
    ['mean', { dtype: 'F32', shape: [dimension], data: mean }],
    ['whitening', { dtype: 'F32', shape: [dimension, dimension], data: whitening }],
    ['shrinkage', { dtype: 'F32', shape: [1], data: Float32Array.of(shrinkage) }],
    ['quantiles', { dtype: 'F32', shape: [quantiles.length], data: quantiles }],
  ]);
  await atomicWrite(join(run, FILE), writeSafetensors(tensors, { format: 'pt' }));
}

/**
 * Reads a run's distribution of features.
 *
 * @returns `undefined` for a run that has none: one of an earlier version, or with too few training images.
 * @throws {InputError} If the file is damaged.
 */
export async function readFeatureDistribution(run: string): Promise<FeatureDistribution | undefined> {
  const path = join(run, FILE);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new InputError(`Cannot read ${path}: ${error.message}`, { cause: error });
  });
  if (!bytes) return undefined;
  const { tensors } = readSafetensors(bytes);
  const dimension = tensors.get('mean')?.shape[0] ?? 0;
  const take = (name: string, length: number): Float32Array => {
    const tensor = tensors.get(name);
    if (tensor?.dtype !== 'F32' || tensor.data.length !== length || !tensor.data.every(Number.isFinite)) throw new InputError(`Cannot read ${path} as ${name} must hold ${length} finite float32 numbers: it is damaged or of another version`);
    return tensor.data as Float32Array;
  };
  const steps = tensors.get('quantiles')?.shape[0] ?? 0;
  if (dimension === 0 || steps < 2) throw new InputError(`Cannot read ${path} as it must have a mean and quantiles: it is damaged or of another version`);
  return { dimension, mean: take('mean', dimension), whitening: take('whitening', dimension ** 2), shrinkage: take('shrinkage', 1)[0] as number, quantiles: take('quantiles', steps) };
}
