import { backend_util, getKernel, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { filled, free, input, partLength, type KernelCall, type KernelOverride } from '../kernelOverride.ts';
import { isEmpty, runProgram, type Program } from '../runProgram.ts';

/** Partial sums over the middle of [outer, rows, inner]; index = (outer, part, inner). Run on partial sums, it ends them. */
const sums = (type: 'f32' | 'i32', result: 'f32' | 'i32'): Program => ({
  name: `sum of ${type} as ${result}`,
  inputs: { x: type },
  outputs: { y: result },
  uniforms: { size: 'u32', rows: 'u32', inner: 'u32', length: 'u32', parts: 'u32', divisor: 'f32' },
  body: `
  if (index >= uniforms.size) { return; }
  let within = index % uniforms.inner;
  let part = (index / uniforms.inner) % uniforms.parts;
  let outer = index / uniforms.inner / uniforms.parts;
  let end = min((part + 1u) * uniforms.length, uniforms.rows);
  var sum = ${result}(0);
  for (var row = part * uniforms.length; row < end; row++) { sum += ${result}(x[(outer * uniforms.rows + row) * uniforms.inner + within]); }
  y[index] = ${result === 'f32' ? 'sum / uniforms.divisor' : 'sum'};`,
});
const PROGRAMS = { float32: sums('f32', 'f32'), mean: sums('i32', 'f32'), int32: sums('i32', 'i32') } as const;

/** Sums over some axes, divided by `divisor`: in two chains of about the root of the length, so that a long sum keeps its digits. */
function reduce(call: KernelCall, program: Program, divisor: (count: number) => number): TensorInfo {
  const { backend, attrs } = call;
  const { axis, keepDims } = attrs as { axis: number | number[]; keepDims: boolean };
  const x = input(call, 'x');
  const axes = util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
  const dtype = program === PROGRAMS.int32 ? 'int32' : 'float32';
  const [reducedShape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  const shape = keepDims ? backend_util.expandShapeToKeepDim(reducedShape, axes) : reducedShape;
  const rows = axes.reduce((product, dimension) => product * (x.shape[dimension] as number), 1);
  if (isEmpty(x)) return filled(backend, shape, 0 / divisor(rows), dtype);

  const isRun = axes.every((dimension, index) => index === 0 || dimension === (axes[index - 1] as number) + 1);
  const kept = x.shape.map((_, dimension) => dimension).filter((dimension) => !axes.includes(dimension));
  const ordered = isRun ? x : (getKernel('Transpose', 'webgpu')?.kernelFunc({ inputs: { x }, attrs: { perm: [...kept, ...axes] }, backend }) as TensorInfo);
  const inner = isRun && axes.length > 0 ? util.sizeFromShape(x.shape.slice((axes.at(-1) as number) + 1)) : 1;
  const outer = util.sizeFromShape(x.shape) / rows / inner;

  const length = partLength(rows);
  const parts = Math.ceil(rows / length);
  const [partial] = runProgram(backend, program, [ordered], [{ shape: parts === 1 ? shape : [outer, parts, inner], dtype }], [outer * parts * inner, rows, inner, length, parts, parts === 1 ? divisor(rows) : 1], outer * parts * inner) as [TensorInfo];
  if (ordered !== x) free(backend, ordered);
  if (parts === 1) return partial;
  const ending = dtype === 'int32' ? PROGRAMS.int32 : PROGRAMS.float32;
  const [result] = runProgram(backend, ending, [partial], [{ shape, dtype }], [outer * inner, parts, inner, parts, 1, divisor(rows)], outer * inner) as [TensorInfo];
  free(backend, partial);
  return result;
}

/** Sums and means: tfjs's refuse nothing to sum, add up integers as floats, and lose digits of long sums. */
export const reductionOverrides: readonly KernelOverride[] = [
  { kernelName: 'Sum', run: (call) => (input(call, 'x').dtype === 'complex64' ? undefined : reduce(call, PROGRAMS[input(call, 'x').dtype === 'float32' ? 'float32' : 'int32'], () => 1)) },
  { kernelName: 'Mean', run: (call) => (input(call, 'x').dtype === 'complex64' ? undefined : reduce(call, PROGRAMS[input(call, 'x').dtype === 'float32' ? 'float32' : 'mean'], (count) => count)) },
];
