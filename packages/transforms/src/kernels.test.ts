import { counterUniform, expectClose } from '@cxr-ifa/testing';
import type { GrayImage } from '@cxr-ifa/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussianBlur, medianBlur, normalise, shiftScaleRotate, warp } from './index.ts';
import { kernels } from './kernels.ts';
import { reflect101 } from './reflect101.ts';

const random = (width: number, height: number): GrayImage => ({ data: Float32Array.from(counterUniform(5, width * height)), width, height, range: [0, 1] });
const size = fc.record({ width: fc.integer({ min: 1, max: 23 }), height: fc.integer({ min: 1, max: 23 }) });

describe('kernels', () => {
  it('filter every pixel of images of any size, those beside a vector too', async () => {
    await fc.assert(
      fc.asyncProperty(size, fc.double({ min: 0.2, max: 2, noNaN: true }), async ({ width, height }, sigma) => {
        const image = random(width, height);
        const at = (x: number, y: number): number => image.data[reflect101(y, height) * width + reflect101(x, width)] as number;
        const radius = Math.max(1, Math.round(4 * sigma));
        const weight = (d: number): number => Math.exp(-(d ** 2) / (2 * sigma ** 2));
        const steps = Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius);
        const total = steps.reduce((sum, d) => sum + weight(d), 0);
        const expected = Array.from(image.data, (_, i) => steps.reduce((sum, dy) => sum + weight(dy) * steps.reduce((row, dx) => row + weight(dx) * at((i % width) + dx, Math.floor(i / width) + dy), 0), 0) / total ** 2);
        await expectClose(gaussianBlur(image, { sigma }).data, expected, { absolute: 1e-6, relative: 0 });
        const inside = (value: number, length: number): number => Math.min(Math.max(value, 0), length - 1);
        const medians = Array.from(image.data, (_, i) => [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => image.data[inside(Math.floor(i / width) + dy, height) * width + inside((i % width) + dx, width)] as number)).sort((a, b) => a - b)[4] as number);
        expect([...medianBlur(image).data]).toEqual(medians);
      }),
      { numRuns: 40 },
    );
  });

  it('give copies out, which the next operation leaves alone', () => {
    const image = random(40, 30);
    const first = medianBlur(image);
    const kept = first.data.slice();
    gaussianBlur(random(300, 200), { sigma: 2 }); // larger: the memory grows
    expect(first.data).toEqual(kept);
    expect(medianBlur(image).data).toEqual(kept);
  });

  it('take no more memory for the thousandth image than for the tenth', () => {
    const image = random(64, 64);
    const turn = shiftScaleRotate({ shiftX: 0.02, shiftY: 0, scale: 1.1, degrees: 5, aspect: 1 });
    const highest = (): number => {
      warp(gaussianBlur(normalise(image), { sigma: 2 }), turn);
      return kernels().allocate(0);
    };
    const tenth = Array.from({ length: 10 }, highest).at(-1);
    expect(Array.from({ length: 990 }, highest).at(-1)).toBe(tenth);
  });

  it('survive places that are far away', () => {
    for (const scale of [1e-6, 1e6]) expect(warp(random(9, 7), shiftScaleRotate({ shiftX: 1, shiftY: -1, scale, degrees: 45, aspect: 9 / 7 })).data.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});
