import { counterUniform, expectClose } from '@cxr-ifa/testing';
import { readFileSync } from 'node:fs';
import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { bootstrapBand, boxMask, mapIou, patientBootstrap, pointingGame, rankCorrelation, type MapPlane } from './index.ts';

interface Golden {
  readonly maps: { readonly stream: number; readonly decimals: number; readonly pointing: Record<string, number>; readonly iou: Record<string, number> }[];
  readonly rank: { readonly stream: number; readonly decimals: number; readonly value: number }[];
}
const golden = JSON.parse(readFileSync(new URL('../golden/localisation.json', import.meta.url), 'utf8')) as Golden;
const [WIDTH, HEIGHT] = [13, 9];
const rounded = (stream: number, count: number, decimals: number): Float64Array => Float64Array.from(counterUniform(stream, count), (value) => Math.floor(value * 10 ** decimals) / 10 ** decimals);
const plane = (data: ArrayLike<number>, width: number): MapPlane => ({ data, width, height: data.length / width });
const flip = (values: ArrayLike<number>, width: number): number[] => Array.from({ length: values.length }, (_, i) => values[i - (i % width) + (width - 1 - (i % width))] as number);

describe('maps against masks', () => {
  it.each(golden.maps)('agrees with scikit-learn and SciPy: stream $stream', async ({ stream, decimals, pointing, iou }) => {
    const map = { data: rounded(stream, WIDTH * HEIGHT, decimals), width: WIDTH, height: HEIGHT };
    const mask = Uint8Array.from(counterUniform(stream + 1, WIDTH * HEIGHT), (value) => (value < 0.1 ? 1 : 0));
    for (const [tolerance, expected] of Object.entries(pointing)) await expectClose(pointingGame(map, mask, { tolerance: Number(tolerance) }), expected, { absolute: 1e-12 });
    for (const [share, expected] of Object.entries(iou)) await expectClose(mapIou(map, mask, { share: Number(share) }) as number, expected, { absolute: 1e-12 });
  });

  it('has the values that can be read off', () => {
    const map = plane([0, 1, 4, 2], 2);
    expect([pointingGame(map, [0, 0, 1, 0]), pointingGame(map, [1, 1, 0, 1]), pointingGame(map, [1, 0, 0, 0], { tolerance: 1 }), pointingGame(map, [0, 1, 0, 0], { tolerance: 1 })]).toEqual([1, 0, 1, 0]);
    expect([mapIou(map, [0, 0, 1, 1]), mapIou(map, [0, 0, 1, 1], { share: 1 }), mapIou(map, [1, 0, 0, 0])]).toEqual([1, 0.5, 0]);
  });

  it('gives an empty map the score of chance, and no overlap', () => {
    const empty = plane([0, 0, 0, 0], 2);
    expect([pointingGame(empty, [1, 0, 0, 0]), mapIou(empty, [1, 0, 0, 0]), mapIou(empty, [0, 0, 0, 0])]).toEqual([0.25, 0, undefined]);
  });

  it('does not depend on the map\'s scale, nor on a mirror', () => {
    const map = plane(rounded(60, WIDTH * HEIGHT, 3), WIDTH);
    const mask = Uint8Array.from(counterUniform(61, WIDTH * HEIGHT), (value) => (value < 0.3 ? 1 : 0));
    const changed = plane(flip(Array.from(map.data, (value) => 8 * value), WIDTH), WIDTH);
    expect(pointingGame(changed, flip(mask, WIDTH), { tolerance: 2 })).toBe(pointingGame(map, mask, { tolerance: 2 }));
    expect(mapIou(changed, flip(mask, WIDTH))).toBe(mapIou(map, mask));
  });

  it('refuses what is no map', () => {
    expect(() => pointingGame(plane([0, NaN], 2), [0, 1])).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot play the pointing game as the map must be finite and not negative: current value of pixel 1 is NaN]`);
    expect(() => pointingGame(plane([0, 1], 2), [0, 2])).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot play the pointing game as the mask must be 0 or 1: current value of pixel 1 is 2]`);
    expect(() => pointingGame(plane([0, 1], 2), [0])).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot play the pointing game as the mask must have 2 x 1 pixels: current number is 1]`);
    expect(() => pointingGame(plane([0, 1], 2), [0, 1], { tolerance: -1 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot play the pointing game as tolerance must be finite and not negative: current value is -1]`);
    expect(() => mapIou(plane([0, 1], 0), [0, 1])).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the IoU of a map as the map must have a width and a height: current size is 0 x Infinity]`);
    expect(() => mapIou(plane([0, 1], 2), [0, 1], { share: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the IoU of a map as share must be above 0 and at most 1: current value is 0]`);
  });
});

describe('boxMask', () => {
  it('covers the pixels whose centres lie in a box, and is cut at the edge', () => {
    expect([...boxMask([[1, 0, 1, 2]], 3, 3)]).toEqual([0, 1, 0, 0, 1, 0, 0, 0, 0]);
    expect([...boxMask([[0.4, 0.6, 1, 1], [2, 2, 9, 9], [-5, -5, 1, 1]], 3, 3)]).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 1]);
    expect(() => boxMask([[0, 0, NaN, 1]], 3, 3)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot mask boxes as their numbers must be finite: current box is 0, 0, NaN, 1]`);
    expect(() => boxMask([], 0, 3)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot mask boxes as the image must have a width and a height: current size is 0 x 3]`);
  });
});

describe('rankCorrelation', () => {
  it.each(golden.rank)('agrees with SciPy: stream $stream', async ({ stream, decimals, value }) => {
    const [a, b] = [rounded(stream, 50, decimals), rounded(stream + 1, 50, decimals)];
    await expectClose(rankCorrelation(a, Float64Array.from(b, (x, i) => x + 0.5 * (a[i] as number))) as number, value, { relative: 1e-12 });
  });

  it('sees the order alone, and nothing in a constant', () => {
    expect([rankCorrelation([1, 2, 3, -Infinity], [10, 20, 300, 0]), rankCorrelation([1, 2, 3], [3, 2, 1]), rankCorrelation([1, 2], [0.1, 0.1]), rankCorrelation([], [])]).toEqual([1, -1, undefined, undefined]);
    expect(() => rankCorrelation([1], [1, 2])).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot correlate ranks as there must be as many numbers on both sides: current lengths are 1 and 2]`);
    expect(() => rankCorrelation([1, NaN], [1, 2])).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot correlate ranks as every number must be one: current value of number 1 is NaN]`);
  });
});

describe('bootstrapBand', () => {
  const values = counterUniform(70, 40);
  const patients = Array.from(values, (_, image) => image >> 1);
  const meanOf = (shift: number) => (weights: ArrayLike<number>): number => values.reduce((sum, value, image) => sum + (value + shift) * (weights[image] as number), 0) / Array.from(weights).reduce((sum, weight) => sum + weight, 0);

  it('has at each point the percentile interval of that point', () => {
    const { rng, samples, confidence } = { rng: createRng(3), samples: 300, confidence: 0.9 };
    const band = bootstrapBand((weights) => [meanOf(0)(weights), meanOf(5)(weights)], patients, { rng: rng.fork('same'), samples, confidence });
    const alone = patientBootstrap({ first: meanOf(0), second: meanOf(5) }, patients, { rng: rng.fork('same'), samples, confidence });
    expect([...(band?.values ?? [])]).toEqual([alone.first.value, alone.second.value]);
    expect([...(band?.low ?? [])]).toEqual([alone.first.low, alone.second.low]);
    expect([...(band?.high ?? [])]).toEqual([alone.first.high, alone.second.high]);
  });

  it('has no band where there is no curve, and leaves out draws without one', () => {
    expect(bootstrapBand(() => undefined, patients, { rng: createRng(1), samples: 5 })).toBeUndefined();
    let draw = 0;
    const band = bootstrapBand(() => (draw++ % 2 === 0 && draw < 10 ? undefined : [NaN, 2]), patients, { rng: createRng(1), samples: 10 });
    expect(band).toEqual({ values: Float64Array.of(NaN, 2), low: Float64Array.of(NaN, 2), high: Float64Array.of(NaN, 2) });
    expect(() => bootstrapBand(() => Array.from({ length: draw++ }, () => 1), patients, { rng: createRng(1), samples: 3 })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot draw a band as a curve must have 14 values in every draw: current number is 11]`);
    expect(() => bootstrapBand(() => [1], patients, { rng: createRng(1), confidence: 1 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot draw a band as confidence must be between 0 and 1: current value is 1]`);
  });
});
