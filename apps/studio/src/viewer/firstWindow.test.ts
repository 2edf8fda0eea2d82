import { describe, expect, it } from 'vitest';
import { firstWindow } from './firstWindow.ts';

describe('firstWindow', () => {
  const image = { data: Float32Array.from({ length: 1001 }, (_, index) => index), width: 1001, height: 1, range: [0, 4095] as const };

  it('is the file’s own', () => {
    expect(firstWindow({ ...image, bits: 12, voi: 'LINEAR', window: [-160, 240] })).toEqual([-160, 240]);
    expect(firstWindow({ ...image, bits: 12, voi: 'LUT' })).toEqual([0, 4095]);
  });

  it('is nearly all of the pixels otherwise, without padding', () => {
    expect(firstWindow(image)).toEqual([5, 995]);
    expect(firstWindow({ ...image, bits: 12, voi: 'extremes' })).toEqual([5, 995]);
    expect(firstWindow({ ...image, valid: Uint8Array.from(image.data, (value) => (value <= 200 ? 1 : 0)) })).toEqual([1, 199]);
    expect(firstWindow({ ...image, data: new Float32Array(1001) })).toEqual([0, 4095]);
  });
});
