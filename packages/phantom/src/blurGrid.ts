/**
 * A wide Gaussian blur of a square image, on a coarse grid and interpolated back: scatter and tone mapping need nothing finer,
 * and the grid makes the cost and the result the same for every image size.
 *
 * @param image Row by row, size x size.
 * @param deviation Of the Gaussian, as a share of the image's side.
 */
export function blurGrid(image: Float32Array, size: number, deviation: number): Float32Array {
  const side = Math.min(size, 32);
  const coarse = shrink(image, size, side);
  const kernel = gaussian(deviation * side);
  const across = convolveRows(coarse, side, kernel);
  const both = transpose(convolveRows(transpose(across, side), side, kernel), side);
  const blurred = new Float32Array(size * size);
  const scale = side / size;
  for (let row = 0; row < size; row++) {
    const v = Math.max(0, Math.min(side - 1.001, (row + 0.5) * scale - 0.5));
    const top = Math.floor(v);
    for (let column = 0; column < size; column++) {
      const u = Math.max(0, Math.min(side - 1.001, (column + 0.5) * scale - 0.5));
      const left = Math.floor(u);
      const at = top * side + left;
      const upper = (both[at] as number) * (1 - u + left) + (both[at + 1] as number) * (u - left);
      const lower = (both[at + side] as number) * (1 - u + left) + (both[at + side + 1] as number) * (u - left);
      blurred[row * size + column] = upper + (v - top) * (lower - upper);
    }
  }
  return blurred;
}

/** Means of the pixels whose centres fall into each cell. */
function shrink(image: Float32Array, size: number, side: number): Float32Array {
  const sums = new Float32Array(side * side);
  const counts = new Float32Array(side * side);
  for (let row = 0; row < size; row++) {
    const top = Math.floor(((row + 0.5) * side) / size) * side;
    for (let column = 0; column < size; column++) {
      const cell = top + Math.floor(((column + 0.5) * side) / size);
      sums[cell] = (sums[cell] as number) + (image[row * size + column] as number);
      counts[cell] = (counts[cell] as number) + 1;
    }
  }
  return sums.map((sum, cell) => sum / (counts[cell] as number));
}

function gaussian(deviation: number): Float32Array {
  const reach = Math.ceil(2.5 * deviation);
  return Float32Array.from({ length: 2 * reach + 1 }, (_, index) => Math.exp(-0.5 * ((index - reach) / deviation) ** 2));
}

/** Each row against the kernel, which is normalised over what of it lies inside. */
function convolveRows(image: Float32Array, side: number, kernel: Float32Array): Float32Array {
  const reach = (kernel.length - 1) / 2;
  return image.map((_, index) => {
    const column = index % side;
    let sum = 0;
    let weight = 0;
    for (let offset = Math.max(-reach, -column); offset <= Math.min(reach, side - 1 - column); offset++) {
      const share = kernel[offset + reach] as number;
      sum += share * (image[index + offset] as number);
      weight += share;
    }
    return sum / weight;
  });
}

function transpose(image: Float32Array, side: number): Float32Array {
  return image.map((_, index) => image[(index % side) * side + Math.floor(index / side)] as number);
}
