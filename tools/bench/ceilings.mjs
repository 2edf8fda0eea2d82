import * as tf from '@tensorflow/tfjs-core';
import { best } from './best.mjs';

/** What the backend simd, registered and current, could do at most on this machine: multiply-adds in registers, and a copy of 256 MB, by all its threads. */
export function measureCeilings(threads) {
  const { kernels } = tf.backend();
  const rounds = 2e6;
  const operations = threads * rounds * 16 * kernels.vector_floats();
  const operationsASecond = operations / best(() => kernels.multiply_add_ceiling(rounds, 0.9, threads));
  const large = tf.ones([64, 1 << 20]);
  const bytesASecond = (2 * 4 * large.size) / best(() => tf.slice(large, [0, 0], [64, 1 << 20]).dispose());
  large.dispose();
  return { operationsASecond, bytesASecond };
}
