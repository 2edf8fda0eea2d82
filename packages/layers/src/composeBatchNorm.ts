import { add, concat, customGrad, mean, mul, relu, reshape, rsqrt, square, stack, sub, unstack, zeros, type GradSaveFunc, type Tensor, type Tensor1D, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { batchNormGradient } from './batchNormGradient.ts';
import { intoGroups } from './intoGroups.ts';

interface Inputs {
  readonly x: Tensor4D;
  readonly scale: Tensor1D;
  readonly offset: Tensor1D;
  readonly residual?: Tensor4D;
}

interface Attributes {
  readonly groups: number;
  readonly epsilon: number;
  readonly activation: 'linear' | 'relu';
}

/**
 * The fused kernel `BatchNormTraining` in plain operations. Its gradient is written by hand:
 * forward and backward take 63 kernels and 19 maps at the peak, where the tape's own takes 97 and 31 (one group, residual, ReLU).
 * Each group is normalised as a matrix of its own, since [M, C] with [C] is the form of broadcasting that tfjs's backends are fast at.
 */
export function composeBatchNorm({ x, scale, offset, residual }: Inputs, { groups, epsilon, activation }: Attributes): [y: Tensor, mean: Tensor, variance: Tensor] {
  // tf.customGrad has one output only. The moments are a call of their own, whose gradient is none: that of y accounts for them.
  const moments = customGrad((maps) => ({
    value: stack(intoGroups(maps as Tensor4D, groups).map(momentsOf)), // [groups, 2, C]
    gradFunc: () => zeros((maps as Tensor4D).shape),
  }))(x);
  const [means, variances] = unstack(moments, 1) as [Tensor2D, Tensor2D]; // [groups, C] each

  const normalise = customGrad((...inputsAndSave) => {
    const save = inputsAndSave.pop() as GradSaveFunc;
    const [maps, gamma, beta, added] = inputsAndSave as [Tensor4D, Tensor1D, Tensor1D, Tensor4D?];
    const inverseDeviations = unstack(rsqrt(add(variances, epsilon)));
    const centres = unstack(means);
    const normalised = intoGroups(maps, groups).map((group, index) => {
      const factor = mul(gamma, inverseDeviations[index] as Tensor1D);
      return add(mul(sub(group, centres[index] as Tensor1D), factor), beta); // [M, C]
    });
    let y: Tensor = reshape(concat(normalised), maps.shape); // [N, H, W, C]
    if (added) y = add(y, added);
    if (activation === 'relu') y = relu(y);
    save([maps, y, gamma, means, variances]);
    return {
      value: y,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [savedMaps, savedY, savedGamma, savedMeans, savedVariances] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
        return batchNormGradient(
          { dy, x: savedMaps, y: savedY, scale: savedGamma, mean: savedMeans, variance: savedVariances },
          { groups, epsilon, activation, residual: residual !== undefined },
        ) as Tensor[];
      },
    };
  });
  return [normalise(x, scale, offset, ...(residual ? [residual] : [])), means, variances];
}

/** Mean and biased variance of each column, [2, C]; in two passes, as the mean of squares would lose what it subtracts. */
function momentsOf(matrix: Tensor2D): Tensor2D {
  const centre = mean(matrix, 0);
  return stack([centre, mean(square(sub(matrix, centre)), 0)]) as Tensor2D;
}
