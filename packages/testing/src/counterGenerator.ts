/**
 * Numbers that `tools/golden/counter.py` makes bit by bit the same: the golden fixtures then hold no weights and no images.
 * Number i of stream s is a hash of (s, i) (the finaliser of MurmurHash3, twice), divided by 2^32.
 */
export function counterUniform(stream: number, length: number): Float64Array {
  const base = mix(Math.imul(stream + 1, 0x9e3779b9) >>> 0);
  return Float64Array.from({ length }, (_, index) => mix((base + Math.imul(index, 0x85ebca6b)) >>> 0) / 2 ** 32);
}

/** Nearly normal numbers, mean 0 and deviation 1: the sum of twelve uniforms less six, exact to the last bit in both languages. */
export function counterNormal(stream: number, length: number): Float64Array {
  const uniform = counterUniform(stream, 12 * length);
  return Float64Array.from({ length }, (_, index) => {
    let sum = -6;
    for (let term = 0; term < 12; term++) sum += uniform[12 * index + term] as number;
    return sum;
  });
}

function mix(value: number): number {
  let h = value;
  for (let round = 0; round < 2; round++) {
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h = (h ^ (h >>> 16)) >>> 0;
  }
  return h;
}
