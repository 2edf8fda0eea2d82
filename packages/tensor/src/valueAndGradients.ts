import { dispose, engine, keep, variableGrads, type Scalar, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import type { Parameters } from './encoder.ts';

/** A loss, its gradients by parameter name, and what else the function made. */
export interface ValueAndGradients<Auxiliary extends Readonly<Record<string, Tensor>>> {
  readonly loss: Scalar;
  readonly gradients: Map<string, Tensor>;
  readonly auxiliary: Auxiliary;
}

/**
 * Runs `f` and differentiates its loss with respect to the given parameters and nothing else.
 * `tf.variableGrads` knows tfjs's global names and lets side results go; this returns gradients under our names and keeps the auxiliary tensors.
 *
 * @param f Returns the scalar loss, and whatever else of the forward pass is to be kept. Synchronous. What must not carry a gradient is computed before the call.
 * @param parameters The parameters to differentiate with respect to; `f` must use every one of them.
 * @returns Loss, gradients and auxiliary tensors; all belong to the caller. Parameters that do not reach the loss have no gradient.
 * @throws {TypeError} If the loss is not a scalar.
 *
 * @example
 * ```ts
 * const { loss, gradients } = valueAndGradients(() => ({ loss: tf.mean(tf.square(w)), auxiliary: {} }), new Map([['w', w]]));
 * ```
 */
export function valueAndGradients<Auxiliary extends Readonly<Record<string, Tensor>>>(
  f: () => { loss: Tensor; auxiliary: Auxiliary },
  parameters: Parameters,
): ValueAndGradients<Auxiliary> {
  let auxiliary: Auxiliary | undefined;
  const names = new Map<string, string>();
  for (const [name, parameter] of parameters) names.set(parameter.name, name);
  try {
    const { value, grads } = variableGrads(
      () => {
        const result = f();
        if (result.loss.rank !== 0) throw new TypeError(`Cannot differentiate a loss as it must be a scalar: current shape is [${result.loss.shape.join(', ')}]`);
        auxiliary = result.auxiliary;
        for (const tensor of Object.values(auxiliary)) keep(tensor);
        return result.loss as Scalar;
      },
      [...parameters.values()] as Variable[],
    );
    const gradients = new Map<string, Tensor>();
    for (const [variableName, gradient] of Object.entries(grads)) if (gradient) gradients.set(names.get(variableName) as string, gradient);
    return { loss: value, gradients, auxiliary: auxiliary as Auxiliary };
  } catch (error) {
    if (auxiliary) dispose(Object.values(auxiliary));
    disposeTape();
    throw error;
  }
}

/** tfjs frees what a tape saved for the gradients only when the backward pass is through; after an error nobody else would. */
function disposeTape(): void {
  const { state } = engine() as unknown as { state: { activeTape: { saved?: Tensor[] }[] | null } };
  for (const node of state.activeTape ?? []) for (const tensor of node.saved ?? []) tensor.dispose();
  state.activeTape = null;
}
