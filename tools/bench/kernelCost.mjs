import { util } from '@tensorflow/tfjs-core';

/** Kernels that hand on their input's memory. */
const VIEWS = new Set(['Identity', 'Reshape', 'ExpandDims']);

const size = ({ shape }) => util.sizeFromShape(shape);
const convolution = (map, [height, width, channels]) => 2 * size(map) * height * width * channels;
const product = (a, out, transposeA) => 2 * size(out) * a.shape.at(transposeA ? -2 : -1);

/** Multiplications and additions of the kernels that arithmetic can limit, by the direct formula; all others are limited by memory. */
const OPERATIONS = {
  Conv2D: ({ filter }, attrs, [out]) => convolution(out, filter.shape),
  FusedConv2D: ({ filter }, attrs, [out]) => convolution(out, filter.shape),
  Conv2DBackpropInput: ({ dy, filter }) => convolution(dy, filter.shape),
  Conv2DBackpropFilter: ({ dy }, { filterShape }) => convolution(dy, filterShape),
  BatchMatMul: ({ a }, { transposeA }, [out]) => product(a, out, transposeA),
  _FusedMatMul: ({ a }, { transposeA }, [out]) => product(a, out, transposeA),
  InfoNceQueue: ({ query, queue }) => 2 * size(query) * queue.shape[0],
};

/** What a kernel call costs at least: its operations, and the bytes of its inputs and outputs, each moved once. */
export function kernelCost(name, inputs, attrs, outputs) {
  const tensors = VIEWS.has(name) ? [] : [...new Map([...Object.values(inputs), ...outputs].filter(Boolean).map((tensor) => [tensor.dataId, tensor])).values()];
  return { operations: OPERATIONS[name]?.(inputs, attrs, outputs) ?? 0, bytes: tensors.reduce((sum, tensor) => sum + 4 * size(tensor), 0) };
}
