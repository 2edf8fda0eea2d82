import { counterUniform } from '@cxr-ifa/testing';

/** Boxes as `boxes_of` of tools/golden/detection.py makes them: corners from 0 to 0.6, sides from 0.1 to 0.4. */
export function goldenBoxes(stream: number, count: number): Float32Array {
  const numbers = [...counterUniform(stream, count * 4)];
  return Float32Array.from(numbers, (value, i) => (i % 4 < 2 ? 0.6 * value : 0.6 * (numbers[i - 2] as number) + 0.1 + 0.3 * value));
}
