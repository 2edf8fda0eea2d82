import { add, div, mul, sqrt, square, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { Optimizer, ParameterFilter } from './optimizer.ts';
import { requireNumber } from './requireNumber.ts';
import { updateByName, zeroState } from './updateByName.ts';

/** Options of {@link adamW}; the defaults are PyTorch's. */
export interface AdamWOptions {
  /** Decay of the first moment, from 0 up to, not including, 1. @default {0.9} */
  readonly beta1?: number;
  /** Decay of the second moment, from 0 up to, not including, 1. @default {0.999} */
  readonly beta2?: number;
  /** Added to the root of the second moment; above 0. @default {1e-8} */
  readonly epsilon?: number;
  /** Decoupled: the parameter shrinks by learningRate times this, outside the moments. @default {0.01} */
  readonly weightDecay?: number;
  /** Which parameters decay. @default {all of them, as in PyTorch} */
  readonly decays?: ParameterFilter;
}

/**
 * Adam with decoupled weight decay, PyTorch's form with bias correction:
 *
 *     first' = beta1 first + (1 - beta1) gradient
 *     second' = beta2 second + (1 - beta2) gradient^2
 *     parameter' = (1 - learningRate weightDecay) parameter - learningRate (first' / (1 - beta1^t)) / (sqrt(second' / (1 - beta2^t)) + epsilon)
 *
 * t is the state's step count, one for all parameters (PyTorch counts each by itself: the two differ only for a parameter that went without gradients for a while).
 *
 * @param options The decays of the moments, epsilon, weight decay and which parameters decay.
 * @returns The optimiser; its slots are `firstMoment` and `secondMoment`.
 * @throws {RangeError} If an option is out of its range.
 *
 * @example
 * ```ts
 * const optimizer = adamW({ weightDecay: 0.05, decays: (name, parameter) => parameter.rank > 1 });
 * ```
 *
 * @see Loshchilov and Hutter 2019, Decoupled Weight Decay Regularization, algorithm 2
 */
export function adamW({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 1e-2, decays = () => true }: AdamWOptions = {}): Optimizer {
  for (const [name, beta] of Object.entries({ beta1, beta2 })) requireNumber('make AdamW', name, beta, 'from 0 up to, not including, 1', beta >= 0 && beta < 1);
  requireNumber('make AdamW', 'epsilon', epsilon, 'above 0', epsilon > 0);
  requireNumber('make AdamW', 'weightDecay', weightDecay, '0 or more', weightDecay >= 0);
  const slotNames = ['firstMoment', 'secondMoment'];

  return {
    init: (parameters) => zeroState(slotNames, parameters),
    update(gradients, state, parameters, { learningRate }) {
      requireNumber('update parameters', 'learningRate', learningRate, '0 or more', learningRate >= 0);
      const step = state.step + 1;
      const stepSize = learningRate / (1 - beta1 ** step);
      const secondCorrection = Math.sqrt(1 - beta2 ** step);
      return updateByName(slotNames, gradients, state, parameters, (entries) =>
        entries.map(({ name, parameter, gradient, slots }) =>
          tidy(() => {
            const [first, second] = slots as [Tensor, Tensor];
            const newFirst = add(mul(first, beta1), mul(gradient, 1 - beta1));
            const newSecond = add(mul(second, beta2), mul(square(gradient), 1 - beta2));
            const direction = div(newFirst, add(div(sqrt(newSecond), secondCorrection), epsilon));
            const decayed = decays(name, parameter) ? mul(parameter, 1 - learningRate * weightDecay) : parameter;
            return [sub(decayed, mul(direction, stepSize)), newFirst, newSecond] as [Tensor, Tensor, Tensor];
          }),
        ),
      );
    },
  };
}
