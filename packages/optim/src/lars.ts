import { add, div, mul, norm, step, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { Optimizer, ParameterFilter } from './optimizer.ts';
import { requireNumber } from './requireNumber.ts';
import { updateByName, zeroState } from './updateByName.ts';

/** Options of {@link lars}; the defaults are MoCo v3's. */
export interface LarsOptions {
  /** From 0 up to, not including, 1. @default {0.9} */
  readonly momentum?: number;
  /** Added to the gradient of the parameters that adapt. @default {0} */
  readonly weightDecay?: number;
  /** How far a step may go in proportion to the parameter's norm; above 0. @default {0.001} */
  readonly trustCoefficient?: number;
  /** Which parameters decay and have their step scaled to their norm. @default {those of rank 2 and more: no biases, no batch-norm} */
  readonly adapts?: ParameterFilter;
}

/**
 * Layer-wise adaptive rate scaling, for large batches, as MoCo v3 does it:
 *
 *     g = gradient + weightDecay parameter                         where the parameter adapts, else the gradient
 *     g = g trustCoefficient |parameter| / |g|                     where the parameter adapts and neither norm is 0
 *     velocity' = momentum velocity + g
 *     parameter' = parameter - learningRate velocity'
 *
 * @param options Momentum, weight decay, trust coefficient and which parameters adapt.
 * @returns The optimiser; its one slot is `momentum`.
 * @throws {RangeError} If an option is out of its range.
 *
 * @example
 * ```ts
 * const optimizer = lars({ weightDecay: 1.5e-6 });
 * ```
 *
 * @see You et al. 2017, Large Batch Training of Convolutional Networks; Chen et al. 2021, MoCo v3
 */
export function lars({ momentum = 0.9, weightDecay = 0, trustCoefficient = 1e-3, adapts = (_, parameter) => parameter.rank > 1 }: LarsOptions = {}): Optimizer {
  requireNumber('make LARS', 'momentum', momentum, 'from 0 up to, not including, 1', momentum >= 0 && momentum < 1);
  requireNumber('make LARS', 'weightDecay', weightDecay, '0 or more', weightDecay >= 0);
  requireNumber('make LARS', 'trustCoefficient', trustCoefficient, 'above 0', trustCoefficient > 0);
  const slotNames = ['momentum'];

  return {
    init: (parameters) => zeroState(slotNames, parameters),
    update(gradients, state, parameters, { learningRate }) {
      requireNumber('update parameters', 'learningRate', learningRate, '0 or more', learningRate >= 0);
      return updateByName(slotNames, gradients, state, parameters, (entries) =>
        entries.map(({ name, parameter, gradient, slots: [velocity] }) =>
          tidy(() => {
            const direction = adapts(name, parameter) ? adapt(parameter, gradient) : gradient;
            const newVelocity = add(mul(velocity as Tensor, momentum), direction);
            return [sub(parameter, mul(newVelocity, learningRate)), newVelocity] as [Tensor, Tensor];
          }),
        ),
      );
    },
  };

  function adapt(parameter: Tensor, gradient: Tensor): Tensor {
    const decayed = weightDecay === 0 ? gradient : add(gradient, mul(parameter, weightDecay));
    const parameterNorm = norm(parameter);
    const gradientNorm = norm(decayed);
    // A factor of 1 where a norm is 0, in arithmetic: a branch would have to read the tensors
    const both = mul(step(parameterNorm), step(gradientNorm));
    const neither = sub(1, both);
    const trust = div(mul(parameterNorm, trustCoefficient), add(gradientNorm, neither));
    return mul(decayed, add(mul(both, trust), neither));
  }
}
