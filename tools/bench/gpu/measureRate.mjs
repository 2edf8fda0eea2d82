import * as tf from '@tensorflow/tfjs-core';

/**
 * The rate of a kernel on the current backend in GFLOP/s: so many calls in a row that they take `seconds`, then waiting for the last; the best of three.
 * A GPU takes its commands in order: one number of the last result is there when all of it is done.
 */
export async function measureRate(compute, operations, seconds) {
  const run = async (calls) => {
    const start = performance.now();
    for (let call = 1; call < calls; call++) compute().dispose();
    const last = compute();
    const number = tf.tidy(() => tf.slice(tf.reshape(last, [-1]), [0], [1]));
    await number.data();
    tf.dispose([last, number]);
    return (performance.now() - start) / 1000;
  };
  await run(1); // compiles
  let calls = 1;
  for (let taken = await run(calls); taken < seconds; taken = await run(calls)) calls = Math.ceil(calls * Math.min(10, (1.2 * seconds) / taken));
  const best = Math.min(await run(calls), await run(calls), await run(calls));
  return (calls * operations) / best / 1e9;
}
