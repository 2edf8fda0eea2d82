import { STORED_TYPES, type StoredTensor } from './storedTensor.ts';

/**
 * Brings parameters into PyTorch's layout: convolution filters from [H, W, I, O] to [O, I, H, W].
 * Everything else is alike on both sides: linear weights are [O, I], and names are torchvision's. The same holds for an optimiser's momenta, which have their parameters' shapes.
 *
 * @param tensors Tensors in our layout by name; borrowed. Every tensor of rank 4 is taken for a filter.
 * @returns The tensors in PyTorch's layout; those that do not change share their arrays with the argument.
 *
 * @example
 * ```ts
 * const bytes = writeSafetensors(parametersToPyTorch(await tensorsToStored(parameters)));
 * ```
 */
export function parametersToPyTorch(tensors: ReadonlyMap<string, StoredTensor>): Map<string, StoredTensor> {
  return permuteFilters(tensors, [3, 2, 0, 1]); // [H, W, I, O] -> [O, I, H, W]
}

/**
 * Brings PyTorch's parameters into our layout: convolution filters from [O, I, H, W] to [H, W, I, O]. The inverse of {@link parametersToPyTorch}.
 *
 * @param tensors Tensors in PyTorch's layout by name; borrowed. Every tensor of rank 4 is taken for a filter.
 * @returns The tensors in our layout; those that do not change share their arrays with the argument.
 */
export function parametersFromPyTorch(tensors: ReadonlyMap<string, StoredTensor>): Map<string, StoredTensor> {
  return permuteFilters(tensors, [2, 3, 1, 0]); // [O, I, H, W] -> [H, W, I, O]
}

type Axes = readonly [number, number, number, number];

function permuteFilters(tensors: ReadonlyMap<string, StoredTensor>, axes: Axes): Map<string, StoredTensor> {
  return new Map([...tensors].map(([name, tensor]) => [name, tensor.shape.length === 4 ? permute(tensor, axes) : tensor]));
}

/** Axis i of the result is axis `axes[i]` of the tensor. */
function permute({ dtype, shape, data }: StoredTensor, axes: Axes): StoredTensor {
  const size = axes.map((axis) => shape[axis]) as [number, number, number, number];
  const strides = [3, 2, 1, 0].map((last) => shape.slice(4 - last).reduce((product, length) => product * length, 1));
  const [s0, s1, s2, s3] = axes.map((axis) => strides[axis]) as [number, number, number, number];
  const source = data as Float32Array; // one element type in, the same out
  const result = new STORED_TYPES[dtype].array(data.length) as Float32Array;
  let to = 0;
  for (let i0 = 0; i0 < size[0]; i0++) {
    for (let i1 = 0; i1 < size[1]; i1++) {
      for (let i2 = 0; i2 < size[2]; i2++) {
        const from = i0 * s0 + i1 * s1 + i2 * s2;
        for (let i3 = 0; i3 < size[3]; i3++) result[to++] = source[from + i3 * s3] as number;
      }
    }
  }
  return { dtype, shape: size, data: result };
}
