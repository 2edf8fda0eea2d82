import { keep, tensor, tensor4d, tidy, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { counterNormal } from './counterGenerator.ts';
import { fillParameters } from './fillParameters.ts';

/**
 * The state that `tools/golden/moco.py` starts a trainer in, the same to the last bit of float32: parameters and statistics of both branches,
 * the key's parameters near the query's as they are in training, velocities, and a queue of unit vectors.
 *
 * @param like The tensors of a trainer's snapshot; only looked at.
 * @param stream The first of the streams.
 * @returns New tensors by the snapshot's names; they belong to the caller.
 */
export function fillTraining(like: ReadonlyMap<string, Tensor>, stream: number): Map<string, Tensor> {
  const part = (prefix: string): Map<string, Tensor> => new Map([...like].filter(([name]) => name.startsWith(`${prefix}.`)).map(([name, value]) => [name.slice(prefix.length + 1), value]));
  const fill = (prefix: string, first: number): [string, Tensor][] => [...fillParameters(part(prefix), first)].map(([name, value]) => [`${prefix}.${name}`, value]);
  const scaled = (value: Tensor, scale: (value: number, index: number) => number): Tensor => tensor(Float32Array.from(value.dataSync(), scale), value.shape); // in double, rounded once, as the maker does
  const filled = new Map<string, Tensor>();
  tidy(() => {
    const query = new Map([...fill('encoder_q', stream), ...fill('head_q', stream + 300), ...fill('statistics_q', stream + 400)]);
    const key = new Map([...fill('encoder_k', stream + 1000), ...fill('head_k', stream + 1300), ...fill('statistics_k', stream + 1400)]);
    for (const [name, own] of key) {
      if (name.startsWith('statistics')) continue;
      const [followed, values] = [query.get(name.replace('_k.', '_q.')) as Tensor, own.dataSync()];
      key.set(name, scaled(followed, (value, i) => 0.9 * value + 0.1 * (values[i] as number)));
    }
    const trainable = new Map([...query].filter(([name]) => !name.startsWith('statistics')).map(([name, value]) => [name.replace('_q.', '.'), value]));
    const velocities = [...fillParameters(trainable, stream + 2000)].map(([name, value]) => [`momentum.${name.replace('.', '_q.')}`, scaled(value, (number) => 0.1 * number)] as const);
    for (const [name, value] of [...query, ...key, ...velocities, ['queue', fillQueue((like.get('queue') as Tensor).shape, stream + 3000)] as const]) filled.set(name, keep(value));
  });
  return filled;
}

/**
 * The views of step `index` after {@link fillTraining}: of each image two with other noise.
 *
 * @returns Tensors [batch, size, size, 1] that belong to the caller.
 */
export function fillViews({ batch, size, stream }: { readonly batch: number; readonly size: number; readonly stream: number }, index: number): { query: Tensor4D; key: Tensor4D } {
  const first = stream + 4000 + 10 * index;
  const pixels = batch * size * size;
  const image = counterNormal(first, pixels);
  const view = (which: number): Tensor4D => {
    const noise = counterNormal(first + 1 + which, pixels);
    return tensor4d(Float32Array.from(image, (value, i) => value + 0.3 * (noise[i] as number)), [batch, size, size, 1]);
  };
  return { query: view(0), key: view(1) };
}

function fillQueue(shape: readonly number[], stream: number): Tensor {
  const [size, dimension] = shape as [number, number];
  const rows = counterNormal(stream, size * dimension);
  const norms = Array.from({ length: size }, (_, row) => Math.hypot(...rows.subarray(row * dimension, (row + 1) * dimension)));
  return tensor(Float32Array.from(rows, (value, i) => value / (norms[Math.floor(i / dimension)] as number)), [size, dimension]);
}
