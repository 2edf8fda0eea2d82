import type { Tensor } from '@tensorflow/tfjs-core';
import type { Parameters } from '@cxr-ifa/tensor';

/** A parameter by its name. */
export function requireTensor<T extends Tensor>(parameters: Parameters, name: string): T {
  const found = parameters.get(name);
  if (!found) throw new RangeError(`Cannot run the network as every tensor of its architecture must be given: ${name} is missing`);
  return found as unknown as T;
}
