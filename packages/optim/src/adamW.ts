import { runFusedKernel, type FusedKernels } from '@cxr-ifa/tensor';
import { add, div, mul, sqrt, square, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { Optimizer, ParameterFilter } from './optimizer.ts';
import { requireNumber } from './requireNumber.ts';
import { updateByName, zeroState, type UpdatedEntry, type UpdateEntry } from './updateByName.ts';

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
      const time = state.step + 1;
      return updateByName(slotNames, gradients, state, parameters, (entries) => {
        const attributes = {
          stepSize: learningRate / (1 - beta1 ** time),
          beta1,
          beta2,
          epsilon,
          secondCorrection: Math.sqrt(1 - beta2 ** time),
          decay: entries.map(({ name, parameter }) => (decays(name, parameter) ? 1 - learningRate * weightDecay : 1)),
        };
        const fused = entries.length > 0 ? runFused(entries, attributes) : undefined;
        return fused ?? entries.map((entry, index) => tidy(() => step(entry, attributes, attributes.decay[index] as number)));
      });
    },
  };
}

type Attributes = FusedKernels['AdamList']['attributes'];

function step({ parameter, gradient, slots }: UpdateEntry, { stepSize, beta1, beta2, epsilon, secondCorrection }: Attributes, decay: number): [Tensor, Tensor, Tensor] {
  const [first, second] = slots as [Tensor, Tensor];
  const newFirst = add(mul(first, beta1), mul(gradient, 1 - beta1));
  const newSecond = add(mul(second, beta2), mul(square(gradient), 1 - beta2));
  const direction = div(newFirst, add(div(sqrt(newSecond), secondCorrection), epsilon));
  return [sub(decay === 1 ? parameter : mul(parameter, decay), mul(direction, stepSize)), newFirst, newSecond];
}

/** The kernel returns all new parameters, then all first moments, then all second moments. */
function runFused(entries: readonly UpdateEntry[], attributes: Attributes): UpdatedEntry[] | undefined {
  const outputs = runFusedKernel(
    'AdamList',
    {
      parameters: entries.map(({ parameter }) => parameter),
      gradients: entries.map(({ gradient }) => gradient),
      firstMoments: entries.map(({ slots: [first] }) => first as Tensor),
      secondMoments: entries.map(({ slots: [, second] }) => second as Tensor),
    },
    attributes,
  );
  const count = entries.length;
  return outputs && entries.map((_, index) => [outputs[index] as Tensor, outputs[count + index] as Tensor, outputs[2 * count + index] as Tensor]);
}
