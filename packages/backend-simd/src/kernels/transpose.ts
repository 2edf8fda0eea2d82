import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { areFloats, input, type KernelOverride } from '../kernelOverride.ts';
import type { SimdBackend } from '../simdBackend.ts';

/** A dimension of the output: its size and its steps on both sides. */
interface Dimension {
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

/** The output's dimensions, outermost first, without those of size 1 and with neighbours merged that stay neighbours. */
function planTransposition(shape: readonly number[], permutation: readonly number[]): Dimension[] {
  const strides = [...util.computeStrides([...shape]), 1];
  const merged: Dimension[] = [];
  let to = 1;
  for (const axis of [...permutation].reverse()) {
    const [size, from] = [shape[axis] as number, strides[axis] as number];
    if (size === 1) continue;
    const inner = merged[0];
    if (inner && from === inner.from * inner.size) merged[0] = { ...inner, size: inner.size * size };
    else merged.unshift({ size, from, to });
    to *= size;
  }
  return merged;
}

/** Writes the outer dimensions for a kernel; returns their address. */
function writeDimensions(backend: SimdBackend, outer: readonly Dimension[]): number {
  return backend.writeArguments([...outer.map(({ size }) => size), ...outer.map(({ from }) => from), ...outer.map(({ to }) => to)]);
}

const product = (dimensions: readonly Dimension[]): number => dimensions.reduce((total, { size }) => total * size, 1);

function transpose(backend: SimdBackend, x: TensorInfo, out: TensorInfo, dimensions: readonly Dimension[]): void {
  const [source, target] = [backend.address(x), backend.address(out)];
  const last = dimensions[dimensions.length - 1] as Dimension;
  if (last.from === 1) {
    const outer = dimensions.slice(0, -1);
    backend.kernels.copy_box(source, target, product(outer), last.size, outer.length, writeDimensions(backend, outer));
    return;
  }
  const first = dimensions.find(({ from }) => from === 1) as Dimension; // innermost in x
  const outer = dimensions.filter((dimension) => dimension !== last && dimension !== first);
  backend.kernels.transpose(source, target, product(outer), last.size, first.size, last.from, first.to, outer.length, writeDimensions(backend, outer));
}

/** Transposition of floats of any rank. */
export const transposeOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'Transpose',
    run(call) {
      const x = input(call, 'x');
      if (!areFloats(x) || util.sizeFromShape(x.shape) === 0) return undefined;
      const { backend } = call;
      const permutation = call.attrs.perm as number[];
      const shape = permutation.map((axis) => x.shape[axis] as number);
      const dimensions = planTransposition(x.shape, permutation);
      if (dimensions.length < 2) {
        backend.incRef(x.dataId); // the numbers stay where they are
        return { dataId: x.dataId, shape, dtype: x.dtype };
      }
      const out = backend.createOutput(shape);
      transpose(backend, x, out, dimensions);
      return out;
    },
  },
];
