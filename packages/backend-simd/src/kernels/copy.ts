import { backend_util, slice_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { areFloats, input, type KernelOverride } from '../kernelOverride.ts';
import type { SimdBackend } from '../simdBackend.ts';

/** A tensor's numbers with the corner of the box in it. */
interface BoxEnd {
  readonly tensor: TensorInfo;
  readonly begin: readonly number[];
}

/** Copies a box of the given size; inner dimensions that are whole on both sides are one run. */
function copyBox(backend: SimdBackend, from: BoxEnd, to: BoxEnd, size: readonly number[]): void {
  if (util.sizeFromShape([...size]) === 0) return;
  const strides = [from, to].map(({ tensor }) => [...util.computeStrides(tensor.shape), 1]) as [number[], number[]];
  const offsets = [from, to].map(({ begin }, side) => begin.reduce((sum, index, axis) => sum + index * ((strides[side] as number[])[axis] as number), 0)) as [number, number];
  let rank = size.length;
  let run = 1;
  while (rank > 0) {
    rank--;
    run *= size[rank] as number;
    if (size[rank] !== from.tensor.shape[rank] || size[rank] !== to.tensor.shape[rank]) break;
  }
  const outer = size.slice(0, rank);
  const dimensions = backend.writeArguments([...outer, ...strides[0].slice(0, rank), ...strides[1].slice(0, rank)]);
  backend.kernels.copy_box(backend.address(from.tensor) + 4 * offsets[0], backend.address(to.tensor) + 4 * offsets[1], util.sizeFromShape(outer), run, rank, dimensions);
}

/** Padding, slices, concatenation and its undoing, of floats. */
export const copyOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'PadV2',
    run(call) {
      const x = input(call, 'x');
      const { paddings, constantValue } = call.attrs as unknown as { paddings: [number, number][]; constantValue: number };
      if (!areFloats(x) || paddings.some(([before, after]) => before < 0 || after < 0)) return undefined;
      const out = call.backend.createOutput(x.shape.map((size, axis) => size + (paddings[axis]?.[0] as number) + (paddings[axis]?.[1] as number)));
      call.backend.kernels.fill(call.backend.address(out), util.sizeFromShape(out.shape), constantValue);
      copyBox(call.backend, { tensor: x, begin: x.shape.map(() => 0) }, { tensor: out, begin: paddings.map(([before]) => before) }, x.shape);
      return out;
    },
  },
  {
    kernelName: 'Slice',
    run(call) {
      const x = input(call, 'x');
      if (!areFloats(x)) return undefined;
      const [begin, size] = slice_util.parseSliceParams(x as Parameters<typeof slice_util.parseSliceParams>[0], call.attrs.begin as number[], call.attrs.size as number[]) as [number[], number[]];
      slice_util.assertParamsValid(x as Parameters<typeof slice_util.assertParamsValid>[0], begin, size);
      const out = call.backend.createOutput(size);
      copyBox(call.backend, { tensor: x, begin }, { tensor: out, begin: size.map(() => 0) }, size);
      return out;
    },
  },
  {
    kernelName: 'SplitV', // the gradient of concatenation
    run(call) {
      const x = input(call, 'x');
      if (!areFloats(x)) return undefined;
      const axis = util.parseAxisParam(call.attrs.axis as number, x.shape)[0] as number;
      const sizes = backend_util.prepareSplitSize(x as Parameters<typeof backend_util.prepareSplitSize>[0], call.attrs.numOrSizeSplits as number | number[], axis);
      let position = 0;
      return sizes.map((length) => {
        const begin = x.shape.map((_, other) => (other === axis ? position : 0));
        const size = x.shape.map((whole, other) => (other === axis ? length : whole));
        const out = call.backend.createOutput(size);
        copyBox(call.backend, { tensor: x, begin }, { tensor: out, begin: size.map(() => 0) }, size);
        position += length;
        return out;
      });
    },
  },
  {
    kernelName: 'Concat',
    run({ inputs, attrs, backend }) {
      const parts = Object.values(inputs) as TensorInfo[];
      if (parts.length === 0 || !areFloats(...parts)) return undefined;
      const axis = util.parseAxisParam(attrs.axis as number, (parts[0] as TensorInfo).shape)[0] as number;
      const shapes = parts.map((part) => part.shape);
      backend_util.assertParamsConsistent(shapes, axis);
      const out = backend.createOutput(backend_util.computeOutShape(shapes, axis));
      let position = 0;
      for (const part of parts) {
        copyBox(backend, { tensor: part, begin: part.shape.map(() => 0) }, { tensor: out, begin: part.shape.map((_, other) => (other === axis ? position : 0)) }, part.shape);
        position += part.shape[axis] as number;
      }
      return out;
    },
  },
];
