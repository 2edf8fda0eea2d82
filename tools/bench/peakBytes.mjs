import * as tf from '@tensorflow/tfjs-core';

/** The most that tensors held at any kernel's end while `run` ran, over what they held before. */
export async function peakBytes(run) {
  const before = tf.memory().numBytes;
  let most = before;
  const engine = tf.engine();
  const runKernelFunc = engine.runKernelFunc;
  engine.runKernelFunc = function (...inputs) {
    const output = runKernelFunc.apply(this, inputs);
    most = Math.max(most, engine.state.numBytes);
    return output;
  };
  try {
    await run();
  } finally {
    engine.runKernelFunc = runKernelFunc;
  }
  return most - before;
}
