import { tidy, variable, type Tensor } from '@tensorflow/tfjs-core';
import type { Parameters } from './encoder.ts';

/**
 * Makes trainable variables from the tensors that `initialise` returns.
 * Made inside one `tidy`: there the variables survive and the initial tensors do not. They carry no names of tfjs's,
 * as those are global and a query and a key encoder have the same ones.
 *
 * @param initialise Makes the initial tensors by parameter name.
 * @returns The variables, in the same order; the caller disposes of them.
 */
export function createVariables(initialise: () => Iterable<readonly [string, Tensor]>): Parameters {
  const variables = new Map<string, ReturnType<typeof variable>>();
  tidy(() => {
    for (const [name, tensor] of initialise()) {
      if (variables.has(name)) throw new RangeError(`Cannot create parameters as their names must differ: ${name} appears twice`);
      variables.set(name, variable(tensor));
    }
  });
  return variables;
}
