import { dispose, keep, onesLike, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { differentiate } from './differentiate.ts';

/** A loss, its gradients by parameter name, and what else the function made. */
export interface ValueAndGradients<Auxiliary extends Readonly<Record<string, Tensor>>> {
  readonly loss: Scalar;
  readonly gradients: Map<string, Tensor>;
  readonly auxiliary: Auxiliary;
}

/**
 * Runs `f` and differentiates its loss with respect to the given parameters and nothing else.
 * `tf.variableGrads` knows tfjs's global names, lets side results go, and holds every gradient of every map until its end; this returns gradients
 * under our names, keeps the auxiliary tensors, and frees maps and gradients on its way back, so that the peak of memory is the activations.
 *
 * @param f Returns the scalar loss, and whatever else of the forward pass is to be kept. Synchronous. What must not carry a gradient is computed before the call.
 * @param parameters The parameters to differentiate with respect to, or any other tensors that `f` uses.
 * @returns Loss, gradients and auxiliary tensors; all belong to the caller. Parameters that do not reach the loss have no gradient.
 * @throws {TypeError} If the loss is not a scalar, depends on none of the parameters, or an operation on the way has no gradient.
 *
 * @example
 * ```ts
 * const { loss, gradients } = valueAndGradients(() => ({ loss: tf.mean(tf.square(w)), auxiliary: {} }), new Map([['w', w]]));
 * ```
 */
export function valueAndGradients<Auxiliary extends Readonly<Record<string, Tensor>>>(
  f: () => { loss: Tensor; auxiliary: Auxiliary },
  parameters: ReadonlyMap<string, Tensor>,
): ValueAndGradients<Auxiliary> {
  let auxiliary: Auxiliary | undefined;
  const forward = (): Scalar => {
    const result = f();
    auxiliary = result.auxiliary;
    for (const tensor of Object.values(auxiliary)) keep(tensor);
    if (result.loss.rank !== 0) throw new TypeError(`Cannot differentiate a loss as it must be a scalar: current shape is [${result.loss.shape.join(', ')}]`);
    return result.loss as Scalar;
  };
  try {
    const { output: loss, gradients } = differentiate(forward, onesLike, parameters);
    return { loss, gradients, auxiliary: auxiliary as Auxiliary };
  } catch (error) {
    dispose(Object.values(auxiliary ?? {}));
    throw error;
  }
}
