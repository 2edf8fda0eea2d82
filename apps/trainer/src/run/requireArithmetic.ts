import { createAugmentation } from '@cxr-ifa/transforms';
import type { PretrainOptions } from '../options/pretrainOptions.ts';
import { UsageError } from '../usageError.ts';

/**
 * Checks that the augmentation exists in the arithmetic.
 *
 * @throws {UsageError} If one of its operations has none of 8 bits.
 */
export function requireArithmetic({ augment, augmentArithmetic }: Pick<PretrainOptions, 'augment' | 'augmentArithmetic'>): void {
  try {
    createAugmentation(augment, { arithmetic: augmentArithmetic });
  } catch (error) {
    throw new UsageError(`Cannot use --augment ${augment} with --augment-arithmetic ${augmentArithmetic}: ${(error as Error).message}`, { cause: error });
  }
}
