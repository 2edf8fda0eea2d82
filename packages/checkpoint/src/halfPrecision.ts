const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Widens IEEE 754 half precision (`F16`) or bfloat16 (`BF16`) to float32, exactly. */
export function widenHalf(dtype: 'F16' | 'BF16', halves: Uint16Array): Float32Array {
  const result = new Float32Array(halves.length);
  const words = new Uint32Array(result.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i] as number;
    if (dtype === 'BF16') {
      words[i] = half << 16;
      continue;
    }
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 0x1f;
    const mantissa = half & 0x3ff;
    if (exponent === 0) {
      result[i] = (sign ? -1 : 1) * mantissa * 2 ** -24; // zero and subnormal numbers
    } else {
      words[i] = sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (mantissa << 13);
    }
  }
  return result;
}

/** Rounds float32 to `F16` or `BF16`, to the nearest and halfway to even; what is too large becomes an infinity. */
export function narrowToHalf(dtype: 'F16' | 'BF16', values: Float32Array): Uint16Array {
  return Uint16Array.from(values, dtype === 'BF16' ? toBrain : toHalf);
}

function toBrain(value: number): number {
  float[0] = value;
  const word = bits[0] as number;
  if (Number.isNaN(value)) return (word >>> 16) | 0x40; // stays a NaN when its lower half is cut off
  return (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
}

function toHalf(value: number): number {
  float[0] = value;
  const word = bits[0] as number;
  const sign = (word >>> 16) & 0x8000;
  if (Number.isNaN(value)) return sign | 0x7e00 | ((word >>> 13) & 0x3ff);
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00; // halfway from the largest half to the next power of two
  if (magnitude < 2 ** -14) return sign | roundHalfToEven(magnitude * 2 ** 24); // subnormal; 1024 is the smallest normal half
  const rest = (word & 0x7fffffff) - (112 << 23);
  return sign | ((rest + 0xfff + ((rest >>> 13) & 1)) >>> 13);
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const excess = value - floor;
  return excess > 0.5 || (excess === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
