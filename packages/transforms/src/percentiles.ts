/**
 * Percentiles with linear interpolation, as NumPy's default, without sorting:
 * a float's bits order like an integer, so a histogram of its upper half finds the bin, and one of its lower half the value.
 * Linear in the number of values, whatever they are.
 *
 * @param values At least one number, none of them NaN.
 * @param wanted Percentiles from 0 to 100.
 */
export function percentiles(values: Float32Array, wanted: readonly number[]): number[] {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const upper = new Uint32Array(65536);
  for (let i = 0; i < bits.length; i++) upper[orderOf(bits[i] as number) >>> 16]!++;
  return wanted.map((percentile) => {
    const position = (percentile / 100) * (values.length - 1);
    const rank = Math.floor(position);
    const low = valueOfRank(bits, upper, rank);
    const fraction = position - rank;
    return fraction === 0 ? low : low + fraction * (valueOfRank(bits, upper, rank + 1) - low);
  });
}

/** Sorted as unsigned integers, these sort as the floats: negative numbers have all bits turned, others the first one. */
function orderOf(bits: number): number {
  return (bits & 0x80000000 ? ~bits : bits | 0x80000000) >>> 0;
}

function valueOfRank(bits: Uint32Array, upper: Uint32Array, rank: number): number {
  const [bin, before] = findBin(upper, rank);
  const lower = new Uint32Array(65536);
  for (let i = 0; i < bits.length; i++) {
    const order = orderOf(bits[i] as number);
    if (order >>> 16 === bin) lower[order & 0xffff]!++;
  }
  const order = ((bin << 16) | findBin(lower, rank - before)[0]) >>> 0;
  const float = new Uint32Array([order & 0x80000000 ? order & 0x7fffffff : ~order]);
  return new Float32Array(float.buffer)[0] as number;
}

/** The bin that holds the given rank, and how many values lie below it. */
function findBin(histogram: Uint32Array, rank: number): [bin: number, before: number] {
  let before = 0;
  for (let bin = 0; ; bin++) {
    const count = histogram[bin] as number;
    if (before + count > rank) return [bin, before];
    before += count;
  }
}
