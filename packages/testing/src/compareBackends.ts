import { dispose, setBackend, tensor, tidy, type Rank, type ShapeMap, type Tensor } from '@tensorflow/tfjs-core';
import { counterNormal } from './counterGenerator.ts';
import { expectClose, type Tolerance } from './expectClose.ts';

/** float32 sums of a few hundred products, added in another order. */
export const CONFORMANCE_TOLERANCE: Tolerance = { relative: 2e-5, absolute: 2e-5 };

const numbers = new Map<number, Float32Array>(); // the longest asked for of each stream

/** Numbers for a test: the same on every backend for the same stream. */
export function normalTensor<R extends Rank = Rank>(stream: number, shape: readonly number[]): Tensor<R> {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  if ((numbers.get(stream)?.length ?? -1) < size) numbers.set(stream, Float32Array.from(counterNormal(stream, size)));
  return tensor<R>((numbers.get(stream) as Float32Array).slice(0, size), [...shape] as ShapeMap[R], 'float32');
}

/**
 * Runs `compute` on tfjs's CPU backend and on the named one, and compares every output: shape, dtype and numbers.
 * NaN equals NaN here. The absolute tolerance is scaled by the largest number of the reference: sums that nearly cancel have the error of their terms.
 */
export async function compareBackends(backend: string, compute: () => Tensor | Tensor[], { relative = 2e-5, absolute = 2e-5 }: Tolerance = CONFORMANCE_TOLERANCE): Promise<void> {
  const [reference, found] = [await run('cpu', compute), await run(backend, compute)];
  if (found.length !== reference.length) throw new Error(`expected ${reference.length} outputs, found ${found.length}`);
  for (const [index, wanted] of reference.entries()) {
    const output = found[index] as Output;
    if (output.dtype !== wanted.dtype || `${output.shape}` !== `${wanted.shape}`) {
      throw new Error(`output ${index} is ${output.dtype} [${output.shape}], expected ${wanted.dtype} [${wanted.shape}]`);
    }
    if (wanted.values.length === 0) continue;
    const largest = wanted.values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
    const isNaNOnBoth = wanted.values.map((value, i) => Number.isNaN(value) && Number.isNaN(output.values[i]));
    const numbersOf = (values: number[]): Float64Array => new Float64Array(values.map((value, i) => (isNaNOnBoth[i] ? 0 : value)));
    await expectClose(numbersOf(output.values), numbersOf(wanted.values), { relative, absolute: absolute * Math.max(largest, 1e-30) });
  }
}

interface Output {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: number[];
}

async function run(backend: string, compute: () => Tensor | Tensor[]): Promise<Output[]> {
  await setBackend(backend);
  try {
    const outputs = [tidy(compute)].flat();
    const results = await Promise.all(outputs.map(async (output) => ({ shape: output.shape, dtype: output.dtype, values: Array.from(await output.data()) })));
    dispose(outputs);
    return results;
  } finally {
    await setBackend('cpu');
  }
}
