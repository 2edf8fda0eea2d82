import { describe, expect, it } from 'vitest';
import { narrowToHalf, widenHalf } from './halfPrecision.ts';

describe('half precision', () => {
  it.each(['F16', 'BF16'] as const)('narrows every widened %s to itself', (dtype) => {
    const every = Uint16Array.from({ length: 65536 }, (_, index) => index);
    const wide = widenHalf(dtype, every);
    const narrow = narrowToHalf(dtype, wide);
    for (let half = 0; half < 65536; half++) {
      if (Number.isNaN(wide[half])) expect(Number.isNaN(widenHalf(dtype, narrow.subarray(half, half + 1))[0])).toBe(true);
      else if (narrow[half] !== half) throw new Error(`${half} became ${narrow[half]}`);
    }
  });

  it('rounds to the nearest and halfway to even', () => {
    const round = (dtype: 'F16' | 'BF16', ...values: number[]): number[] => Array.from(widenHalf(dtype, narrowToHalf(dtype, Float32Array.from(values))));
    const unit = 2 ** -10;
    expect(round('F16', 1 + unit / 2, 1 + 1.5 * unit, 1 + 0.51 * unit, -1 - unit / 2)).toEqual([1, 1 + 2 * unit, 1 + unit, -1]);
    expect(round('F16', 65519, 65520, -1e9, 1.5 * 2 ** -24, 2 ** -25, 2 ** -14 - 2 ** -26)).toEqual([65504, Infinity, -Infinity, 2 ** -23, 0, 2 ** -14]);
    expect(round('BF16', 1 + 2 ** -8, 1 + 3 * 2 ** -8, 3.4e38)).toEqual([1, 1 + 2 ** -6, Infinity]);
  });
});
