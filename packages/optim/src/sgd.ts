import { runFusedKernel } from '@cxr-ifa/tensor';
import { add, mul, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { Optimizer, ParameterFilter } from './optimizer.ts';
import { requireNumber } from './requireNumber.ts';
import { updateByName, zeroState, type UpdatedEntry, type UpdateEntry } from './updateByName.ts';

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** From 0 up to, not including, 1; with 0 there is no momentum slot. @default {0.9} */
  readonly momentum?: number;
  /** Added to the gradient as weightDecay times the parameter. @default {1e-4} */
  readonly weightDecay?: number;
  /** Which parameters decay. @default {all of them, as in PyTorch and MoCo} */
  readonly decays?: ParameterFilter;
  /** Nesterov's look-ahead; needs momentum. @default {false} */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent with momentum, exactly PyTorch's (dampening 0):
 *
 *     g = gradient + weightDecay parameter
 *     velocity' = momentum velocity + g
 *     parameter' = parameter - learningRate velocity'            with nesterov: - learningRate (g + momentum velocity')
 *
 * The learning rate stands outside the velocity, so a schedule acts at once. The defaults are MoCo's.
 *
 * @param options Momentum, weight decay and which parameters decay.
 * @returns The optimiser; its one slot is `momentum`.
 * @throws {RangeError} If an option is out of its range.
 *
 * @example
 * ```ts
 * const optimizer = sgd({ momentum: 0.9, weightDecay: 1e-4 });
 * let state = optimizer.init(parameters);
 * const next = optimizer.update(gradients, state, parameters, { learningRate: 0.03 });
 * ```
 *
 * @see PyTorch `torch.optim.SGD`; Sutskever et al. 2013, On the importance of initialization and momentum in deep learning
 */
export function sgd({ momentum = 0.9, weightDecay = 1e-4, decays = () => true, nesterov = false }: SgdOptions = {}): Optimizer {
  requireNumber('make SGD', 'momentum', momentum, 'from 0 up to, not including, 1', momentum >= 0 && momentum < 1);
  requireNumber('make SGD', 'weightDecay', weightDecay, '0 or more', weightDecay >= 0);
  if (nesterov && momentum === 0) throw new RangeError('Cannot make SGD as nesterov needs a momentum above 0: current value is 0');
  const slotNames = momentum > 0 ? ['momentum'] : [];
  const decayOf = ({ name, parameter }: UpdateEntry): number => (decays(name, parameter) ? weightDecay : 0);

  return {
    init: (parameters) => zeroState(slotNames, parameters),
    update(gradients, state, parameters, { learningRate }) {
      requireNumber('update parameters', 'learningRate', learningRate, '0 or more', learningRate >= 0);
      return updateByName(slotNames, gradients, state, parameters, (entries) => {
        const fused = momentum > 0 && !nesterov && entries.length > 0 ? runFused(entries, { learningRate, momentum, weightDecay: entries.map(decayOf) }) : undefined;
        return fused ?? entries.map((entry) => tidy(() => step(entry, learningRate, decayOf(entry))));
      });
    },
  };

  function step({ parameter, gradient, slots: [velocity] }: UpdateEntry, learningRate: number, decay: number): [Tensor, ...Tensor[]] {
    const decayed = decay === 0 ? gradient : add(gradient, mul(parameter, decay));
    if (!velocity) return [sub(parameter, mul(decayed, learningRate))];
    const newVelocity = add(mul(velocity, momentum), decayed);
    const direction = nesterov ? add(decayed, mul(newVelocity, momentum)) : newVelocity;
    return [sub(parameter, mul(direction, learningRate)), newVelocity];
  }
}

/** The kernel returns all new parameters, then all new velocities. */
function runFused(entries: readonly UpdateEntry[], attributes: { learningRate: number; momentum: number; weightDecay: number[] }): UpdatedEntry[] | undefined {
  const outputs = runFusedKernel(
    'SgdMomentumList',
    {
      parameters: entries.map(({ parameter }) => parameter),
      gradients: entries.map(({ gradient }) => gradient),
      velocities: entries.map(({ slots: [velocity] }) => velocity as Tensor),
    },
    attributes,
  );
  return outputs && entries.map((_, index) => [outputs[index] as Tensor, outputs[entries.length + index] as Tensor]);
}
