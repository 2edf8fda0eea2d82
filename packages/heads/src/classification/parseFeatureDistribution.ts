import { InputError } from '@cxr-ifa/tensor';
import type { FeatureDistribution } from './featureDistribution.ts';

/**
 * Reads a distribution of features from named tensors and checks all of it, since the file may come from anywhere.
 *
 * @param tensors What {@link featureDistributionTensors} gave, as read from a file; others are ignored.
 * @returns The distribution; it shares the tensors' memory.
 * @throws {InputError} If a tensor is missing, of another size, or not finite.
 *
 * @example
 * ```ts
 * const distribution = parseFeatureDistribution(readSafetensors(bytes).tensors); // of @cxr-ifa/checkpoint
 * ```
 */
export function parseFeatureDistribution(tensors: ReadonlyMap<string, { readonly dtype: string; readonly shape: readonly number[]; readonly data: ArrayLike<number | bigint> }>): FeatureDistribution {
  const dimension = tensors.get('mean')?.shape[0] ?? 0;
  const steps = tensors.get('quantiles')?.shape[0] ?? 0;
  if (dimension === 0 || steps < 2) throw new InputError('Cannot read a distribution of features as it must have a mean and quantiles: the file is damaged or of another version');
  const take = (name: string, length: number): Float32Array => {
    const { dtype, data } = tensors.get(name) ?? {};
    if (dtype !== 'F32' || !(data instanceof Float32Array) || data.length !== length || !data.every(Number.isFinite)) throw new InputError(`Cannot read a distribution of features as ${name} must hold ${length} finite float32 numbers: the file is damaged or of another version`);
    return data;
  };
  return { dimension, mean: take('mean', dimension), whitening: take('whitening', dimension ** 2), shrinkage: take('shrinkage', 1)[0] as number, quantiles: take('quantiles', steps) };
}
