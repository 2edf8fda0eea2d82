import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { counterNormal, counterUniform } from './counterGenerator.ts';

/**
 * Numbers for a network's parameters or statistics that `tools/golden/fill.py` makes the same, to the last bit of float32: golden fixtures then hold no weights.
 *
 * The names in code-unit order take the streams `firstStream`, `firstStream + 1`, ...; a tensor is filled in row order of our own layout
 * (filters [H, W, I, O], linear weights [O, I]; Python transposes), scaled so that activations keep their size:
 * filters by sqrt(2 / (H W I)), linear weights by sqrt(1 / I), a one-dimensional `weight` is 1 + 0.1 n, `running_var` uniform from 0.5 to 1.5,
 * everything else 0.1 n, with n from `counterNormal`.
 *
 * @param like Tensors of the wanted names and shapes, such as the parameters or the statistics that an encoder initialised; only looked at.
 * @param firstStream The stream of the first name. Sets of tensors that must differ need ranges that do not overlap.
 * @returns New tensors by name, in the order of `like`; they belong to the caller.
 *
 * @example
 * ```ts
 * const initial = encoder.initialise(createRng(1));
 * const parameters = createVariables(() => fillParameters(initial.parameters, 0));
 * const statistics = fillParameters(initial.statistics, 1000);
 * ```
 */
export function fillParameters<T extends Tensor>(like: ReadonlyMap<string, T>, firstStream: number): Map<string, T> {
  const streams = new Map([...like.keys()].sort().map((name, index) => [name, firstStream + index]));
  return new Map([...like].map(([name, { shape, size }]) => [name, tensor(fill(name, shape, size, streams.get(name) as number), shape) as T]));
}

function fill(name: string, shape: readonly number[], size: number, stream: number): Float32Array {
  if (name.endsWith('running_var')) return Float32Array.from(counterUniform(stream, size), (u) => 0.5 + u);
  const [centre, deviation] = scaleOf(name, shape);
  return Float32Array.from(counterNormal(stream, size), (n) => centre + deviation * n);
}

function scaleOf(name: string, shape: readonly number[]): [centre: number, deviation: number] {
  if (shape.length === 4) return [0, Math.sqrt(2 / ((shape[0] as number) * (shape[1] as number) * (shape[2] as number)))];
  if (shape.length === 2) return [0, Math.sqrt(1 / (shape[1] as number))];
  return [name.endsWith('weight') ? 1 : 0, 0.1];
}
