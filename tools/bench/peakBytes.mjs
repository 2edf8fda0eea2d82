import * as tf from '@tensorflow/tfjs-core';

/**
 * The most that the backend simd held at any kernel's end while `run` ran, over what it held before. tfjs's own count has tensors that share their
 * numbers, such as those kept for gradients, as often as they are shared.
 */
export async function peakBytes(run) {
  const engine = tf.engine();
  const held = () => engine.backend.memory().numBytesInBlocks;
  const before = held();
  let most = before;
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
