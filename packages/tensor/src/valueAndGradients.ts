import { dispose, engine, keep, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { backpropagate, type TapeNode } from './backpropagate.ts';
import type { Parameters } from './encoder.ts';

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
 * @param parameters The parameters to differentiate with respect to; `f` must use every one of them.
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
  parameters: Parameters,
): ValueAndGradients<Auxiliary> {
  const tape = engine() as unknown as Tape;
  let auxiliary: Auxiliary | undefined;
  let loss: Scalar | undefined;
  try {
    loss = record(tape, () => {
      const result = f();
      auxiliary = result.auxiliary;
      for (const tensor of Object.values(auxiliary)) keep(tensor);
      if (result.loss.rank !== 0) throw new TypeError(`Cannot differentiate a loss as it must be a scalar: current shape is [${result.loss.shape.join(', ')}]`);
      return result.loss as Scalar;
    });
    const isOutermost = tape.state.gradientDepth === 0;
    const last = loss;
    const byId = tidy(() => {
      const found = backpropagate(tape.state.activeTape ?? [], last, [...parameters.values()], { consume: isOutermost });
      if (found.size === 0) throw new TypeError('Cannot differentiate a loss as it must depend on a parameter: it depends on none of those given');
      return Object.fromEntries(found);
    });
    if (isOutermost) tape.state.activeTape = null;
    const gradients = new Map([...parameters].flatMap(([name, { id }]) => (byId[id] ? [[name, byId[id]] as const] : [])));
    return { loss, gradients, auxiliary: auxiliary as Auxiliary };
  } catch (error) {
    dispose([...Object.values(auxiliary ?? {}), ...(loss ? [loss] : [])]);
    if (tape.state.gradientDepth === 0) disposeSaved(tape);
    throw error;
  }
}

/** The part of tfjs's engine that records: what `tf.variableGrads` itself is made of. */
interface Tape {
  readonly state: { gradientDepth: number; activeTape: TapeNode[] | null };
  startTape(): void;
  endTape(): void;
}

function record(tape: Tape, forward: () => Scalar): Scalar {
  tape.startTape();
  try {
    return tidy(forward);
  } finally {
    tape.endTape();
  }
}

/** What a tape saved is freed on the way back; after an error nobody else would. */
function disposeSaved(tape: Tape): void {
  for (const node of tape.state.activeTape ?? []) dispose([...(node.saved ?? [])]);
  tape.state.activeTape = null;
}
