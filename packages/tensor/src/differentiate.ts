import { dispose, engine, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { backpropagate, type TapeNode } from './backpropagate.ts';

/** The part of tfjs's engine that records: what `tf.variableGrads` itself is made of. */
interface Tape {
  readonly state: { gradientDepth: number; activeTape: TapeNode[] | null };
  startTape(): void;
  endTape(): void;
}

/**
 * Runs `f` on a tape, and walks the tape back.
 *
 * @param f Makes the tensor to differentiate; it goes to the caller.
 * @param weightsOf How much each of its elements counts; what it returns goes.
 * @param sources What to differentiate with respect to.
 * @returns The tensor, and the gradient of the weighted sum of its elements by the sources' names: those that it does not depend on have none.
 * @throws {TypeError} If it depends on none of the sources, or an operation on the way has no gradient.
 */
export function differentiate<Output extends Tensor>(f: () => Output, weightsOf: (output: Output) => Tensor, sources: ReadonlyMap<string, Tensor>): { output: Output; gradients: Map<string, Tensor> } {
  const tape = engine() as unknown as Tape;
  let output: Output | undefined;
  try {
    const last = (output = record(tape, f));
    const isOutermost = tape.state.gradientDepth === 0;
    const byId = tidy(() => {
      const found = backpropagate(tape.state.activeTape ?? [], last, weightsOf(last), [...sources.values()], { consume: isOutermost });
      if (found.size === 0) throw new TypeError('Cannot differentiate a loss as it must depend on a parameter: it depends on none of those given');
      return Object.fromEntries(found);
    });
    if (isOutermost) tape.state.activeTape = null;
    return { output: last, gradients: new Map([...sources].flatMap(([name, { id }]) => (byId[id] ? [[name, byId[id]] as const] : []))) };
  } catch (error) {
    if (output) dispose(output);
    if (tape.state.gradientDepth === 0) disposeSaved(tape);
    throw error;
  }
}

function record<Output extends Tensor>(tape: Tape, forward: () => Output): Output {
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
