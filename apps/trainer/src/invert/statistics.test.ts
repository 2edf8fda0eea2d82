import { meanStatistic } from '@cxr-ifa/metrics';
import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { extremes } from './extremes.ts';
import { medianStatistic } from './medianStatistic.ts';
import { reconstructionDistance } from './reconstructionDistance.ts';
import { summariseColumns } from './summariseColumns.ts';

describe('statistics of one number an image', () => {
  it('are those of the images repeated as often as they weigh', () => {
    const values = [3, 1, 8, 5];
    expect(medianStatistic(values)([1, 1, 1, 1])).toBe(4);
    expect(medianStatistic(values)([2, 0, 1, 0])).toBe(3); // 3, 3, 8
    expect(medianStatistic(values)([0, 2, 2, 0])).toBe(4.5); // 1, 1, 8, 8
    expect(meanStatistic(values)([2, 0, 1, 1])).toBe(19 / 4);
    expect(meanStatistic([Infinity, 2])([0, 3])).toBe(2);
    expect([medianStatistic(values)([0, 0, 0, 0]), meanStatistic(values)([0, 0, 0, 0])]).toEqual([undefined, undefined]);
  });

  it('have intervals over patients: one patient alone has none', () => {
    const settings = { rng: createRng(1), samples: 200, confidence: 0.95 };
    const own = summariseColumns({ psnr: [20, 22, 30, 32] }, ['a', 'a', 'b', 'b'], settings);
    expect(own['psnr.mean']).toEqual({ value: 26, low: 21, high: 31 }); // either patient twice, or each once
    expect(summariseColumns({ psnr: [20, 22] }, ['a', 'a'], settings)['psnr.median']).toEqual({ value: 21, low: null, high: null });
  });
});

describe('extremes', () => {
  it('are best, middle and worst without an image twice', () => {
    expect(extremes([5, 9, 1, 7, 3], 6)).toEqual({ best: [1], median: [0], worst: [2] });
    expect(extremes([1, 2, 3, 4, 5, 6, 7, 8, 9], 2)).toEqual({ best: [8, 7], median: [5, 4], worst: [1, 0] });
    expect(extremes([2, 4], 3)).toEqual({ best: [1], median: [], worst: [0] });
  });
});

describe('reconstructionDistance', () => {
  const rng = createRng(5);
  const draw = (count: number, shift: number): { data: Float32Array; count: number; dimension: number } => ({ data: Float32Array.from({ length: count * 4 }, () => rng.normal() + shift), count, dimension: 4 });
  const original = draw(80, 0);
  const patients = Array.from({ length: 80 }, (_, row) => `p${row >> 1}`);

  it('of images that are their own reconstructions is that of the originals, and of others larger', () => {
    const same = reconstructionDistance({ original, reconstruction: original }, patients, createRng(1));
    expect(same?.reconstructions).toEqual(same?.originals);
    expect(same?.images).toEqual([40, 40]);
    const other = reconstructionDistance({ original, reconstruction: draw(80, 1) }, patients, createRng(1));
    expect(other?.originals).toEqual(same?.originals);
    expect(other?.reconstructions.low).toBeGreaterThan(same?.originals.high as number);
  });

  it('needs four images in each half', () => {
    const few = { ...draw(8, 0) };
    expect(reconstructionDistance({ original: few, reconstruction: few }, ['a', 'a', 'a', 'a', 'a', 'b', 'b', 'b'], createRng(1))).toBeUndefined();
    expect(reconstructionDistance({ original: few, reconstruction: few }, Array.from({ length: 8 }, () => undefined), createRng(1))).toBeDefined();
  });
});
