import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSafetensors, writeSafetensors } from '@cxr-ifa/checkpoint';
import { featureDistributionTensors, parseFeatureDistribution, type FeatureDistribution } from '@cxr-ifa/heads/classification';
import { InputError } from '@cxr-ifa/tensor';
import { atomicWrite } from '../run/atomicWrite.ts';

const FILE = 'feature-distribution.safetensors';

/** Keeps in a run what features of its training images look like. */
export async function writeFeatureDistribution(run: string, distribution: FeatureDistribution): Promise<void> {
  await atomicWrite(join(run, FILE), writeSafetensors(featureDistributionTensors(distribution), { format: 'pt' }));
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
  try {
    return parseFeatureDistribution(readSafetensors(bytes).tensors);
  } catch (error) {
    throw new InputError(`Cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}
