import type { Tensor } from '@tensorflow/tfjs-core';
import type { OptimizerState } from './optimizer.ts';

/** What a slot's tensor is called in a checkpoint. @default {`<slot>.<parameter>`} */
export type SlotName = (slot: string, parameter: string) => string;

export const slotName: SlotName = (slot, parameter) => `${slot}.${parameter}`;

/**
 * The tensors of an optimiser's state by name, for a checkpoint.
 *
 * @param state Borrowed, and so are the tensors that come out.
 * @param nameOf What they are called.
 *
 * @example
 * ```ts
 * slotTensors(state); // momentum.conv1.weight, momentum.conv1.bias, ...
 * ```
 */
export function slotTensors({ slots }: OptimizerState, nameOf: SlotName = slotName): Map<string, Tensor> {
  return new Map(Object.entries(slots).flatMap(([slot, values]) => [...values].map(([parameter, tensor]) => [nameOf(slot, parameter), tensor] as const)));
}
