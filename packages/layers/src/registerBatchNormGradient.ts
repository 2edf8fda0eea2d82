import { getGradient, registerGradient, type Tensor } from '@tensorflow/tfjs-core';
import type { FusedKernels } from '@cxr-ifa/tensor';
import { batchNormGradient } from './batchNormGradient.ts';

/**
 * Tells tfjs's tape how to differentiate the fused kernel `BatchNormTraining`. Called where the kernel is used, and not on import:
 * importing a package does nothing. The registry is global and a second registration changes nothing.
 */
export function registerBatchNormGradient(): void {
  if (getGradient('BatchNormTraining')) return;
  registerGradient({
    kernelName: 'BatchNormTraining',
    inputsToSave: ['x', 'scale'],
    outputsToSave: [true, true, true],
    gradFunc: (dys, saved, attributes) => {
      const { groups, epsilon, activation, residual = false } = attributes as unknown as FusedKernels['BatchNormTraining']['attributes'];
      const [dy] = dys as [Tensor, Tensor, Tensor]; // those of mean and variance are left out: they carry no gradient
      const [x, scale, y, mean, variance] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
      const [dx, dscale, doffset, dresidual] = batchNormGradient({ dy, x, y, scale, mean, variance }, { groups, epsilon, activation, residual });
      return { x: () => dx, scale: () => dscale, offset: () => doffset, residual: () => dresidual as Tensor };
    },
  });
}
