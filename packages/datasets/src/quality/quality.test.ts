import type { GrayImage } from '@cxr-ifa/tensor';
import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { measureQuality } from './measureQuality.ts';
import { reviewOrientation } from './reviewOrientation.ts';

/** Something like a chest at any size: a body, two dark lungs of which the left is smaller, a bright spine, a dark background. Values from 0 to 1. */
function chest(size: number, seed: number): Float32Array {
  const rng = createRng(seed);
  const [shift, scale, noise] = [rng.uniform() * 0.1 - 0.05, 0.9 + 0.2 * rng.uniform(), 0.05];
  return Float32Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [((i % size) + 0.5) / size - 0.5 - shift, (Math.floor(i / size) + 0.5) / size - 0.5];
    const within = (cx: number, cy: number, rx: number, ry: number): boolean => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < scale;
    const value = within(-0.2, -0.02, 0.13, 0.3) || within(0.22, -0.06, 0.11, 0.26) ? 0.25 : Math.abs(x) < 0.06 ? 0.95 : within(0, 0.1, 0.46, 0.55) ? 0.75 : 0.05;
    return value + noise * (rng.uniform() - 0.5);
  });
}

const byte = (values: Float32Array, width: number, height = width): GrayImage => ({ data: values.map((value) => Math.round(255 * Math.min(1, Math.max(0, value)))), width, height, range: [0, 255] });

describe('measureQuality', () => {
  it('measures plain borders, whatever their colour, and pixels that the file marks as padding', () => {
    const image = byte(chest(100, 1), 100);
    for (let row = 0; row < 100; row++) for (let column = 0; column < 100; column++) if (row < 20) image.data[row * 100 + column] = 255;
    expect(measureQuality(image).padding).toBeCloseTo(0.2, 10);
    expect(measureQuality({ ...image, valid: Uint8Array.from({ length: 10_000 }, (_, i) => Number(i % 100 >= 50)) }).padding).toBeCloseTo(0.6, 10);
    expect(measureQuality(byte(chest(100, 1), 100)).padding).toBe(0);
  });

  it('measures what lies at the ends of the scale, and contrast', () => {
    // Every value from 0 to 199 equally often, no line of one colour
    const even: GrayImage = { data: Float32Array.from({ length: 200 * 100 }, (_, i) => ((i % 200) + 37 * Math.floor(i / 200)) % 200), width: 200, height: 100, range: [0, 1000] };
    const quality = measureQuality(even);
    expect(quality).toMatchObject({ padding: 0, atLowest: 1 / 200, atHighest: 1 / 200 });
    expect(quality.contrast).toBeCloseTo(0.196, 2);
    const clipped = byte(chest(100, 2).map((value) => (value > 0.7 ? 1 : value)), 100);
    expect(measureQuality(clipped).atHighest).toBeGreaterThan(0.3);
  });

  it('finds letters that were burnt in, at any size and depth', () => {
    expect(measureQuality(byte(chest(128, 3), 128)).markers).toBe(0);
    for (const size of [128, 512]) {
      const image = byte(chest(size, 3).map((value) => value * 0.8), size);
      const unit = size / 128;
      const stroke = (left: number, top: number, width: number, height: number): void => {
        for (let y = top * unit; y < (top + height) * unit; y++) image.data.fill(255, y * size + left * unit, y * size + (left + width) * unit);
      };
      stroke(6, 10, 2, 9); // an L, and a bar of its own
      stroke(8, 17, 4, 2);
      stroke(16, 10, 2, 9);
      expect(measureQuality(image).markers).toBe(2);
      const deep = { ...image, data: image.data.map((value) => value * 257), range: [0, 65535] as const };
      expect(measureQuality(deep).markers).toBe(2);
    }
  });

  it('measures an image of one colour without an accident', () => {
    expect(measureQuality({ data: new Float32Array(64).fill(7), width: 8, height: 8, range: [0, 255] })).toEqual({ padding: 1, atLowest: 0, atHighest: 0, contrast: 0, markers: 0 });
  });
});

describe('reviewOrientation', () => {
  const count = 60;
  const chests = (): Float32Array[] => Array.from({ length: count }, (_, seed) => chest(32, seed));
  const review = (images: readonly Float32Array[]): ReturnType<typeof reviewOrientation> => reviewOrientation(Float32Array.from(images.flatMap((image) => [...image])));
  const turn = (image: Float32Array): Float32Array => image.map((_, i) => image[(i % 32) * 32 + 31 - Math.floor(i / 32)] as number);

  it('says nothing of images that are alike', () => {
    const { verdicts, typicalIsInverted, compared } = review(chests());
    expect([verdicts.filter(Boolean), typicalIsInverted, compared]).toEqual([[], false, true]);
  });

  it('finds negatives, turned images, and what is no such image', () => {
    const images = chests();
    images[3] = (images[3] as Float32Array).map((value) => 1 - value);
    images[10] = turn(images[10] as Float32Array);
    images[11] = turn(turn(images[11] as Float32Array));
    images[12] = turn(turn(turn(images[12] as Float32Array)));
    const rng = createRng(9);
    images[20] = Float32Array.from({ length: 1024 }, () => rng.uniform());
    const { verdicts } = review(images);
    expect(verdicts.flatMap((verdict, index) => (verdict ? [[index, verdict]] : []))).toEqual([[3, 'inverted'], [10, 'rotated'], [11, 'rotated'], [12, 'rotated'], [20, 'unlike the others']]);
  });

  it('does not depend on brightness, contrast or order', () => {
    const images = chests();
    images[3] = (images[3] as Float32Array).map((value) => 1 - value);
    const expected = review(images).verdicts;
    expect(review(images.map((image, i) => image.map((value) => 100 + (5 + i) * value))).verdicts).toEqual(expected);
    expect(review(images.toReversed()).verdicts).toEqual(expected.toReversed());
  });

  it('tells when the whole set is inverted', () => {
    expect(review(chests().map((image) => image.map((value) => 1 - value))).typicalIsInverted).toBe(true);
  });

  it('compares no sets that are too small, and refuses sizes that do not fit', () => {
    expect(review(chests().slice(0, 5))).toEqual({ verdicts: Array(5).fill(undefined), typicalIsInverted: false, compared: false });
    expect(() => reviewOrientation(new Float32Array(1000))).toThrow(RangeError);
  });
});
