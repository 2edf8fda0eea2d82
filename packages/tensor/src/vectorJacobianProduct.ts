import { clone, dispose, type Tensor } from '@tensorflow/tfjs-core';
import { differentiate } from './differentiate.ts';

/**
 * The gradients of a weighted sum of a tensor's elements, without computing the sum: the chain rule's step through one part of a network,
 * whose later parts have said by `weights` how much each element of its output counts.
 *
 * @param f Makes the part's output from the sources. Synchronous; what else it makes is freed.
 * @param weights The gradient of the loss with respect to that output, of its shape; borrowed.
 * @param sources Parameters and inputs to differentiate with respect to; borrowed.
 * @returns Gradients by the sources' names, which belong to the caller; sources that do not reach the output have none.
 * @throws {TypeError} If the output has another shape than its weights, depends on none of the sources, or an operation on the way has no gradient.
 *
 * @example
 * ```ts
 * const gradients = vectorJacobianProduct(() => tf.matMul(x, w), outputGradient, new Map([['w', w], ['x', x]]));
 * ```
 */
export function vectorJacobianProduct(f: () => Tensor, weights: Tensor, sources: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const forward = (): Tensor => {
    const output = f();
    if (output.shape.join() !== weights.shape.join()) throw new TypeError(`Cannot differentiate an output as its weights must have its shape [${output.shape.join(', ')}]: current shape is [${weights.shape.join(', ')}]`);
    return clone(output); // which is ours, even where it is one of the sources
  };
  const { output, gradients } = differentiate(forward, () => weights, sources);
  dispose(output);
  return gradients;
}
