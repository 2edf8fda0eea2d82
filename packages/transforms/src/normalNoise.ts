import { kernels } from './kernels.ts';

/**
 * Independent normal numbers, mean 0 and deviation 1: a function of the seed,
 * from a hash that is much cheaper than the generator that drew it, as a thousand views a second need a number for each pixel.
 *
 * @param seed Which noise: an unsigned 32-bit integer.
 */
export function normalNoise(width: number, height: number, seed: number): Float32Array {
  const native = kernels();
  const address = native.allocate(4 * width * height);
  native.normal_noise(width * height, seed, address);
  return native.take({ address, width, height, range: [-Infinity, Infinity] }).data;
}
