/**
 * Independent normal numbers, mean 0 and deviation 1: a function of the seed,
 * from a hash that is much cheaper than the generator that drew it, as a thousand views a second need a number for each pixel.
 *
 * @param seed Which noise: an unsigned 32-bit integer.
 */
export function normalNoise(length: number, seed: number): Float64Array {
  const output = new Float64Array(length);
  let counter = Math.imul(seed, 0x9e3779b1);
  for (let i = 0; i < length; i += 2) {
    // Marsaglia's polar method: a point in the unit disc gives two normal numbers
    let x: number;
    let y: number;
    let squared: number;
    do {
      const bits = mix(counter++);
      x = (bits >> 16) / 32768 + 1 / 65536;
      y = ((bits << 16) >> 16) / 32768 + 1 / 65536;
      squared = x * x + y * y;
    } while (squared >= 1);
    const factor = Math.sqrt((-2 * Math.log(squared)) / squared);
    output[i] = factor * x;
    if (i + 1 < length) output[i + 1] = factor * y;
  }
  return output;
}

/** The finaliser of MurmurHash3, twice: 32 well-mixed bits, two 16-bit coordinates. */
function mix(value: number): number {
  let h = value | 0;
  for (let round = 0; round < 2; round++) {
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return h;
}
