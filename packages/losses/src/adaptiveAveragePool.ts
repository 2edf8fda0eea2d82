import { avgPool, matMul, reshape, tensor3d, tidy, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';

/**
 * Averages a map to size x size cells, whatever its own size: cell i is the mean over floor(i H / size) to ceil((i + 1) H / size) - 1, as PyTorch's `adaptive_avg_pool2d` has it.
 * Windows overlap where the size does not divide the map, and positions are repeated where the map is smaller.
 *
 * @param map [N, H, W, C]; borrowed.
 * @param size A positive integer.
 * @returns [N, size, size, C]; it belongs to the caller.
 */
export function adaptiveAveragePool(map: Tensor4D, size: number): Tensor4D {
  const [images, height, width, channels] = map.shape;
  if (height === size && width === size) return map.clone();
  if (height % size === 0 && width % size === 0) {
    const window: [number, number] = [height / size, width / size];
    return avgPool(map, window, window, 'valid');
  }
  // Two products with small constant matrices: pooling to overlapping windows is no operation of the backends', and slices would be size^2 of them
  return tidy(() => {
    const rows = matMul(windowMeans(height, size), reshape(map, [images, height, width * channels])); // [N, size, W C]
    const cells = matMul(windowMeans(width, size), reshape(rows, [images * size, width, channels])); // [N size, size, C]
    return reshape(cells, [images, size, size, channels]);
  });
}

/** The matrix [1, size, length] whose product with a column is the column's mean over each window. */
function windowMeans(length: number, size: number): Tensor3D {
  const values = new Float32Array(size * length);
  for (let cell = 0; cell < size; cell++) {
    const [start, end] = [Math.floor((cell * length) / size), Math.ceil(((cell + 1) * length) / size)];
    values.fill(1 / (end - start), cell * length + start, cell * length + end);
  }
  return tensor3d(values, [1, size, length]);
}
