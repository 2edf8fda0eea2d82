import type { Tensor } from '@tensorflow/tfjs-core';
import type { NamedTensors, Optimizer, OptimizerState } from './optimizer.ts';
import { requireNumber } from './requireNumber.ts';

/**
 * An optimiser whose learning rate differs by parameter: the rate of each step times a factor of the parameter's name, as parameter groups do in PyTorch. The state is that of one
 * optimiser for all.
 *
 * @param optimizer What updates.
 * @param factorOf The factor of each parameter, 0 or more. With 0 it keeps its value, while its slots still follow its gradients: leave it out of the parameters to save those.
 * @throws {RangeError} From `init` and `update`, if a factor is negative or not finite.
 *
 * @example
 * ```ts
 * const optimizer = layerwiseRates(adamW(), (name) => (name.startsWith('layer') ? 0.1 : 1)); // an encoder that was trained before, under a new head
 * ```
 * @see Howard and Ruder 2018, Universal Language Model Fine-tuning for Text Classification, section 3.2 (discriminative fine-tuning)
 */
export function layerwiseRates(optimizer: Optimizer, factorOf: (name: string) => number): Optimizer {
  const namesByFactor = (parameters: NamedTensors): Map<number, Set<string>> => {
    const groups = new Map<number, Set<string>>();
    for (const name of parameters.keys()) {
      const factor = factorOf(name);
      requireNumber('update parameters', `the factor of ${name}`, factor, '0 or more', factor >= 0 && factor < Infinity);
      groups.set(factor, (groups.get(factor) ?? new Set()).add(name));
    }
    return groups;
  };
  return {
    init(parameters) {
      namesByFactor(parameters);
      return optimizer.init(parameters);
    },
    update(gradients, state, parameters, { learningRate }) {
      const updates = [...namesByFactor(parameters)].map(([factor, names]) => {
        const own = (tensors: NamedTensors): NamedTensors => new Map([...tensors].filter(([name]) => names.has(name) || !parameters.has(name))); // a gradient of no parameter is for the optimiser to refuse
        return optimizer.update(own(gradients), { slots: mapSlots(state, own), step: state.step }, own(parameters), { learningRate: learningRate * factor });
      });
      const inOrder = (parts: readonly NamedTensors[]): Map<string, Tensor> => {
        const found = new Map(parts.flatMap((part) => [...part]));
        return new Map([...parameters.keys()].map((name) => [name, found.get(name) as Tensor]));
      };
      const slots = mapSlots(state, (_, slot) => inOrder(updates.map((update) => update.state.slots[slot] as NamedTensors)));
      return { parameters: inOrder(updates.map((update) => update.parameters)), state: { slots, step: state.step + 1 } };
    },
  };
}

function mapSlots({ slots }: OptimizerState, change: (tensors: NamedTensors, slot: string) => NamedTensors): Record<string, NamedTensors> {
  return Object.fromEntries(Object.entries(slots).map(([slot, tensors]) => [slot, change(tensors, slot)]));
}
