import * as tf from '@tensorflow/tfjs-core';

/** tfjs's own count, which has tensors that share their numbers, such as those kept for gradients, as often as they are shared. */
const countOfTensors = () => tf.engine().state.numBytes;

/** What the backend `simd` holds, in whole blocks. */
export const heldInBlocks = () => tf.engine().backend.memory().numBytesInBlocks;

/** The most that was held at any kernel's end while `run` ran, over what was before. */
export async function peakBytes(run, held = countOfTensors) {
  const before = held();
  let most = before;
  const engine = tf.engine();
  const runKernelFunc = engine.runKernelFunc;
  engine.runKernelFunc = function (...inputs) {
    const output = runKernelFunc.apply(this, inputs);
    most = Math.max(most, held());
    return output;
  };
  try {
    await run();
  } finally {
    engine.runKernelFunc = runKernelFunc;
  }
  return most - before;
}
