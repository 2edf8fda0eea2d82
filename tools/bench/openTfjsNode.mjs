import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';

/** Loads tfjs-node from a folder in which it is installed; it registers itself as `tensorflow`, and computes with as many threads as there are cores. */
export function openTfjsNode(folder) {
  createRequire(join(resolve(folder), 'x.js'))('@tensorflow/tfjs-node');
  return { registered: 'tensorflow', threads: availableParallelism() };
}
