import { keep } from '@tensorflow/tfjs-core';
import type { NamedTensors, OptimizerState } from './optimizer.ts';
import { slotName, type SlotName } from './slotTensors.ts';

/**
 * An optimiser's state with the values of a checkpoint in place of its own.
 *
 * @param state Which slots and parameters there are; borrowed, and the caller's to dispose of.
 * @param tensors By the names that {@link slotTensors} gives; all must be there, in their shapes (`requireTensors` of `@cxr-ifa/tensor` sees to it). Borrowed.
 * @param step How many updates were made.
 * @param nameOf What they are called.
 * @returns A state of copies, which outlive a `tidy` and belong to the caller.
 *
 * @example
 * ```ts
 * const restored = restoreSlots(optimizer.init(parameters), checkpoint, 1200);
 * ```
 */
export function restoreSlots({ slots }: OptimizerState, tensors: NamedTensors, step: number, nameOf: SlotName = slotName): OptimizerState {
  const copies = Object.entries(slots).map(([slot, values]) => [slot, new Map([...values].map(([parameter, own]) => [parameter, keep((tensors.get(nameOf(slot, parameter)) as typeof own).clone())]))] as const);
  return { slots: Object.fromEntries(copies), step };
}
