/**
 * Numbers that `tools/golden/counter.py` makes bit by bit the same: the golden fixtures then hold no weights and no images.
 * Number i of stream s is a hash of (s, i) (the finaliser of MurmurHash3, twice), divided by 2^32.
 */
export function counterUniform(stream: number, length: number): Float64Array {
  const base = baseOf(stream);
  const values = new Float64Array(length);
  for (let index = 0; index < length; index++) values[index] = uniformAt(base, index); // hundreds of millions in a test run: Float64Array.from takes several times as long
  return values;
}

/** Nearly normal numbers, mean 0 and deviation 1: the sum of twelve uniforms less six, exact to the last bit in both languages. */
export function counterNormal(stream: number, length: number): Float64Array {
  const base = baseOf(stream);
  const values = new Float64Array(length);
  for (let index = 0; index < length; index++) {
    let sum = -6;
    for (let term = 0; term < 12; term++) sum += uniformAt(base, 12 * index + term);
    values[index] = sum;
  }
  return values;
}

function baseOf(stream: number): number {
  return mix(Math.imul(stream + 1, 0x9e3779b9) >>> 0);
}

function uniformAt(base: number, index: number): number {
  return mix((base + Math.imul(index, 0x85ebca6b)) >>> 0) / 2 ** 32;
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
