import { tidy, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import type { NamedTensors, OptimizerState, OptimizerUpdate } from './optimizer.ts';

/** A parameter with its gradient and its slots, in the order of the slot names. */
export interface UpdateEntry {
  readonly name: string;
  readonly parameter: Tensor;
  readonly gradient: Tensor;
  readonly slots: readonly Tensor[];
}

/** New tensors of one parameter: its value, then its slots. */
export type UpdatedEntry = readonly [parameter: Tensor, ...slots: Tensor[]];

/** Zeros for every parameter in every slot. */
export function zeroState(slotNames: readonly string[], parameters: NamedTensors): OptimizerState {
  const names = [...parameters.keys()];
  const zeros = tidy(() => slotNames.map(() => [...parameters.values()].map((parameter) => zerosLike(parameter))));
  return { slots: Object.fromEntries(slotNames.map((slotName, slot) => [slotName, zip(names, zeros[slot] as Tensor[])])), step: 0 };
}

/**
 * What all optimisers share: matches gradients, slots and parameters by name, gives those with a gradient to `rule`,
 * passes the others on unchanged, and hands back new tensors only.
 *
 * @throws {RangeError} If a gradient belongs to no parameter, or a parameter has no slot.
 * @throws {TypeError} If a gradient or a slot differs from its parameter in shape.
 */
export function updateByName(
  slotNames: readonly string[],
  gradients: NamedTensors,
  state: OptimizerState,
  parameters: NamedTensors,
  rule: (entries: readonly UpdateEntry[]) => readonly UpdatedEntry[],
): OptimizerUpdate {
  for (const name of gradients.keys()) {
    if (!parameters.has(name)) throw new RangeError(`Cannot update parameters as each gradient must belong to one of them: current gradient is ${name}`);
  }
  const entries: UpdateEntry[] = [];
  const idle: [name: string, tensors: Tensor[]][] = [];
  for (const [name, parameter] of parameters) {
    const gradient = gradients.get(name);
    const slots = slotNames.map((slotName) => {
      const slot = state.slots[slotName]?.get(name);
      if (!slot) throw new RangeError(`Cannot update parameters as the state must have "${slotName}" for each of them: current parameter is ${name}`);
      return slot;
    });
    for (const [what, tensor] of [['gradient', gradient], ...slotNames.map((slotName, slot) => [slotName, slots[slot]] as const)] as const) {
      if (tensor && String(tensor.shape) !== String(parameter.shape)) {
        throw new TypeError(`Cannot update ${name} as its ${what} must have shape [${parameter.shape.join(', ')}]: current shape is [${tensor.shape.join(', ')}]`);
      }
    }
    if (gradient) entries.push({ name, parameter, gradient, slots });
    else idle.push([name, [parameter, ...slots]]);
  }
  const { active, unchanged } = tidy(() => ({
    active: rule(entries).map((tensors) => [...tensors]),
    unchanged: idle.map(([, tensors]) => tensors.map((tensor) => tensor.clone())),
  }));
  const updated = new Map<string, Tensor[]>();
  entries.forEach(({ name }, index) => updated.set(name, active[index] as Tensor[]));
  idle.forEach(([name], index) => updated.set(name, unchanged[index] as Tensor[]));
  const column = (index: number): Map<string, Tensor> => new Map([...parameters.keys()].map((name) => [name, (updated.get(name) as Tensor[])[index] as Tensor]));
  return {
    parameters: column(0),
    state: { slots: Object.fromEntries(slotNames.map((slotName, slot) => [slotName, column(slot + 1)])), step: state.step + 1 },
  };
}

function zip(names: readonly string[], tensors: readonly Tensor[]): Map<string, Tensor> {
  return new Map(names.map((name, index) => [name, tensors[index] as Tensor]));
}
