import { add, clone, dispose, tidy, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';

/** One recorded operation of tfjs's tape, as far as we read it. */
export interface TapeNode {
  readonly kernelName: string;
  readonly inputs: NamedTensorMap;
  readonly outputs: readonly Tensor[];
  /** What the gradient needs; kept until somebody disposes of it. */
  readonly saved?: readonly Tensor[];
  /** From the gradients of the outputs, null where none arrived, to those of the inputs. */
  readonly gradient?: (outputGradients: readonly (Tensor | null)[]) => Readonly<Record<string, () => Tensor>>;
}

/**
 * Walks a tape from its last operation to its first, and returns the gradient of a weighted sum of outputs with respect to each source it depends on.
 *
 * tfjs's own walk holds every gradient and every saved map until it is through, so that its peak is twice the activations. Here a gradient
 * goes as soon as the operation that made its tensor has used it, and with `consume` what the operation had saved goes too: the peak is
 * the activations alone. The sums are the same, in the same order.
 *
 * @param tape The operations in the order in which they ran.
 * @param output The tensor to differentiate, among the outputs of the tape.
 * @param weights How much each of its elements counts, of its shape: a one for a loss. Borrowed.
 * @param sources What to differentiate with respect to.
 * @param consume Whether to dispose of what the tape has saved; not where an outer tape still needs it.
 * @returns Gradients by the sources' ids, which belong to the caller; a source that does not reach the output has none.
 */
export function backpropagate(tape: readonly TapeNode[], output: Tensor, weights: Tensor, sources: readonly Tensor[], { consume }: { readonly consume: boolean }): Map<number, Tensor> {
  const differentiable = tensorsFrom(sources, tape);
  const gradients = new Map<number, Tensor>([[output.id, clone(weights)]]);
  for (const node of [...tape].reverse()) {
    const outputGradients = node.outputs.map((output) => gradients.get(output.id) ?? null);
    const wanted = Object.entries(node.inputs).filter(([, input]) => differentiable.has(input.id));
    if (wanted.length > 0 && outputGradients.some((gradient) => gradient !== null)) {
      const inputGradients = tidy(() => differentiateNode(node, outputGradients, wanted));
      for (const [index, [, input]] of wanted.entries()) accumulate(gradients, input, inputGradients[index] as Tensor);
    }
    for (const output of node.outputs) gradients.delete(output.id);
    dispose(outputGradients.filter((gradient) => gradient !== null));
    if (consume) dispose([...(node.saved ?? [])]);
  }
  return new Map(sources.flatMap(({ id }) => (gradients.has(id) ? [[id, gradients.get(id) as Tensor]] : [])));
}

/** The ids of all tensors that depend on one of the sources, these included. */
function tensorsFrom(sources: readonly Tensor[], tape: readonly TapeNode[]): Set<number> {
  const ids = new Set(sources.map(({ id }) => id));
  for (const { inputs, outputs } of tape) {
    if (Object.values(inputs).some(({ id }) => ids.has(id))) for (const { id } of outputs) ids.add(id);
  }
  return ids;
}

function differentiateNode(node: TapeNode, outputGradients: readonly (Tensor | null)[], wanted: readonly (readonly [name: string, input: Tensor])[]): Tensor[] {
  if (!node.gradient) throw new TypeError(`Cannot differentiate ${node.kernelName} as no gradient is registered for it: import '@cxr-ifa/gradients', or compute it before the tape`);
  const gradientOf = node.gradient(outputGradients);
  // Some gradients hand on the very tensor that came in, or one tensor for two inputs: what is disposed of one by one must not be shared
  const shared = new Set<Tensor | null>([...outputGradients, ...(node.saved ?? [])]);
  return wanted.map(([name, { shape }]) => {
    const gradient = gradientOf[name]?.();
    if (!gradient) throw new TypeError(`Cannot differentiate ${node.kernelName} as its gradient lacks the input ${name}: current inputs are ${Object.keys(gradientOf).join(', ')}`);
    if (gradient.dtype !== 'float32' || gradient.shape.join() !== shape.join()) {
      throw new TypeError(`Cannot differentiate ${node.kernelName} as the gradient of ${name} must be float32 [${shape.join(', ')}]: current gradient is ${gradient.dtype} [${gradient.shape.join(', ')}]`);
    }
    const own = shared.has(gradient) ? clone(gradient) : gradient;
    shared.add(own);
    return own;
  });
}

function accumulate(gradients: Map<number, Tensor>, { id }: Tensor, gradient: Tensor): void {
  const previous = gradients.get(id);
  if (!previous) {
    gradients.set(id, gradient);
    return;
  }
  gradients.set(id, add(previous, gradient));
  dispose([previous, gradient]);
}
