import { add, addN, clone, concat, div, mul, reshape, rsqrt, step, sub, sum, tidy, unstack, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { runFusedKernel, type FusedKernels } from '@cxr-ifa/tensor';
import { intoGroups } from './intoGroups.ts';

type Gradients = FusedKernels['BatchNormTrainingGrad']['outputs'];

/**
 * The gradient of `BatchNormTraining`'s y, by the fused kernel `BatchNormTrainingGrad` or, where the backend has none, in plain operations.
 * With M values a channel and group, x̂ = (x - mean) / sigma, and dz = dy behind the activation:
 * doffset = Σ dz, dscale = Σ dz x̂, dx = scale / sigma (dz - Σ dz / M - x̂ Σ dz x̂ / M), where the sums of dx run over its group.
 */
export function batchNormGradient(inputs: FusedKernels['BatchNormTrainingGrad']['inputs'], attributes: FusedKernels['BatchNormTrainingGrad']['attributes']): Gradients {
  return runFusedKernel('BatchNormTrainingGrad', inputs, attributes) ?? tidy(() => compose(inputs, attributes));
}

function compose(
  { dy, x, y, scale, mean, variance }: FusedKernels['BatchNormTrainingGrad']['inputs'],
  { groups, epsilon, activation, residual }: FusedKernels['BatchNormTrainingGrad']['attributes'],
): Gradients {
  const dz = activation === 'relu' ? mul(dy, step(y)) : clone(dy); // [N, H, W, C]
  const [means, inverseDeviations] = [unstack(mean) as Tensor1D[], unstack(rsqrt(add(variance, epsilon))) as Tensor1D[]]; // [C] each
  const maps = intoGroups(x, groups);
  const perGroup = intoGroups(dz, groups).map((gradient, index) => {
    const inverseDeviation = inverseDeviations[index] as Tensor1D;
    const centred = sub(maps[index] as Tensor, means[index] as Tensor1D); // [M, C]
    const doffset = sum(gradient, 0); // [C]
    const dscale = mul(sum(mul(gradient, centred), 0), inverseDeviation); // [C]
    const projected = mul(centred, div(mul(dscale, inverseDeviation), gradient.shape[0])); // [M, C]
    const dx = mul(sub(sub(gradient, div(doffset, gradient.shape[0])), projected), mul(scale, inverseDeviation)); // [M, C]
    return { dx, dscale, doffset };
  });
  const dx = reshape(concat(perGroup.map((group) => group.dx)), x.shape); // [N, H, W, C]
  const [dscale, doffset] = [addN(perGroup.map((group) => group.dscale)), addN(perGroup.map((group) => group.doffset))];
  return residual ? [dx, dscale, doffset, dz] : [dx, dscale, doffset];
}
