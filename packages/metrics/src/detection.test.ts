import { expectClose } from '@cxr-ifa/testing';
import { createRng, type Box } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import golden from '../golden/detection.json' with { type: 'json' };
import { boxOverlap } from './boxOverlap.ts';
import { boxPrecisionRecallCurve } from './boxPrecisionRecallCurve.ts';
import type { AnnotatedBox, DetectedBox } from './detectionBoxes.ts';
import { frocCurve } from './frocCurve.ts';
import { FROC_RATES, frocStatistic, sensitivityAt } from './frocStatistic.ts';
import { meanAveragePrecision } from './meanAveragePrecision.ts';
import { meanAveragePrecisionStatistic } from './meanAveragePrecisionStatistic.ts';
import { patientBootstrap } from './patientBootstrap.ts';
import { rsnaScore } from './rsnaScore.ts';
import { vindrMeanAveragePrecision } from './vindrMeanAveragePrecision.ts';
import { weightedBoxPrecisionRecallCurve } from './weightedBoxPrecisionRecallCurve.ts';
import { weightedFrocCurve } from './weightedFrocCurve.ts';

interface Scene {
  readonly images: number;
  readonly findings: number;
  readonly detections: readonly DetectedBox[];
  readonly objects: readonly AnnotatedBox[];
}
const scenes = golden.scenes as unknown as Readonly<Record<string, Scene>>;
const { plain } = scenes as { plain: Scene };
const cases = Object.entries(golden.coco).flatMap(([scene, list]) => list.map((testCase) => ({ scene, ...testCase })));
const orNull = (values: readonly (number | undefined)[]): (number | null)[] => values.map((value) => value ?? null);
const same = async (found: readonly (number | undefined)[], wanted: readonly (number | null)[]): Promise<void> => {
  expect(found.map((value) => value === undefined)).toEqual(wanted.map((value) => value === null));
  await expectClose(orNull(found).map((value) => value ?? -1), wanted.map((value) => value ?? -1), { relative: 1e-12, absolute: 1e-12 });
};

const one = (box: Box, options: object = {}): AnnotatedBox & DetectedBox => ({ image: 0, finding: 0, box, score: 0.5, ...options });
const unit: Box = [0, 0, 10, 10];

describe('boxOverlap', () => {
  it('has the values that can be read off, whichever box comes first and whatever the unit', () => {
    const cases: [Box, Box, number][] = [[[0, 0, 2, 2], [1, 0, 2, 2], 1 / 3], [[0, 0, 4, 4], [1, 1, 2, 2], 0.25], [[3, 5, 2, 1], [3, 5, 2, 1], 1], [[0, 0, 2, 2], [2, 0, 2, 2], 0], [[0, 0, 2, 2], [1, 5, 2, 2], 0], [[1, 1, 0, 3], [0, 0, 4, 4], 0]];
    for (const [first, second, overlap] of cases) {
      expect([boxOverlap(first, second), boxOverlap(second, first)]).toEqual([overlap, overlap]);
      expect(boxOverlap(first.map((value) => 8 * value) as unknown as Box, second.map((value) => 8 * value) as unknown as Box)).toBe(overlap);
    }
    expect([boxOverlap([0, 0, 2, 2], [1, 0, 20, 20], true), boxOverlap([2, 2, 2, 2], [0, 0, 9, 9], true)]).toEqual([0.5, 1]);
  });
});

describe('meanAveragePrecision', () => {
  it.each(cases)('equals pycocotools: $scene, $name', async ({ scene, thresholds, maximum, areas, mean, byThreshold, byFinding, recall }) => {
    const { detections, objects, ...sizes } = scenes[scene] as Scene;
    const found = meanAveragePrecision(detections, objects, { ...sizes, maximum, ...(thresholds && { iouThresholds: thresholds }), ...(areas && { areas: areas as [number, number] }) });
    await same([found.mean, found.recall, ...found.byThreshold, ...found.byFinding], [mean, recall, ...byThreshold, ...byFinding]);
  });

  it('is 1 for the objects themselves, 0 for nothing, undefined without objects', () => {
    const objects = plain.objects.map((object) => ({ ...object, score: 1 }));
    expect(meanAveragePrecision(objects, objects, plain)).toMatchObject({ mean: expect.closeTo(1, 9), recall: 1 });
    expect(meanAveragePrecision([], objects, plain).mean).toBe(0);
    expect(meanAveragePrecision(plain.detections, [], plain)).toMatchObject({ mean: undefined, recall: undefined });
    expect(meanAveragePrecision([], [], { images: 0, findings: 1 }).mean).toBeUndefined();
  });

  it('falls by detections in images without objects, and does not depend on the order of images', () => {
    const options = { images: 2, findings: 1, iouThresholds: [0.5] };
    const right = one(unit);
    expect(meanAveragePrecision([right, one(unit, { image: 1, score: 0.9 })], [right], options).mean).toBeCloseTo(0.5, 9);
    const turned = <Value extends { readonly image: number }>(boxes: readonly Value[]): Value[] => boxes.map((box) => ({ ...box, image: plain.images - 1 - box.image }));
    expect(meanAveragePrecision(turned(plain.detections), turned(plain.objects), plain).mean).toBeCloseTo(meanAveragePrecision(plain.detections, plain.objects, plain).mean as number, 12);
  });

  it('is the statistic of images that all count once, and has an interval over patients', () => {
    const options = { ...plain, iouThresholds: [0.4] };
    const statistic = meanAveragePrecisionStatistic(plain.detections, plain.objects, options);
    const value = meanAveragePrecision(plain.detections, plain.objects, options).mean as number;
    expect(statistic(new Float64Array(plain.images).fill(1))).toBeCloseTo(value, 12);
    const twice = { images: 2 * plain.images, findings: plain.findings, iouThresholds: [0.4] };
    const both = <Value extends { readonly image: number }>(boxes: readonly Value[]): Value[] => [...boxes, ...boxes.map((box) => ({ ...box, image: box.image + plain.images }))];
    expect(statistic(new Float64Array(plain.images).fill(2))).toBeCloseTo(meanAveragePrecision(both(plain.detections), both(plain.objects), twice).mean as number, 2);
    const { map } = patientBootstrap({ map: statistic }, Array.from({ length: plain.images }, (_, image) => image >> 1), { rng: createRng(1), samples: 200 });
    expect(map.low).toBeLessThan(value);
    expect(map.high).toBeGreaterThan(value);
    expect(statistic(new Float64Array(plain.images))).toBeUndefined();
  });

  it('draws the curve whose area it is', () => {
    const curve = boxPrecisionRecallCurve(plain.detections, plain.objects, 0, { ...plain, iouThreshold: 0.4 });
    expect([...curve!.recall]).toEqual([...curve!.recall].sort((a, b) => a - b));
    expect(Math.max(...curve!.precision)).toBeLessThanOrEqual(1);
    expect(boxPrecisionRecallCurve(plain.detections, plain.objects, 3, plain)).toBeUndefined();
  });

  it('draws the curve of a draw of images: one twice counts as two, one left out as none', () => {
    const options = { ...plain, iouThreshold: 0.4 };
    const draw = Float64Array.from({ length: plain.images }, (_, image) => image % 3);
    const drawn = Array.from(draw.keys()).flatMap((image) => Array<number>(draw[image]!).fill(image));
    const take = <Value extends { readonly image: number }>(boxes: readonly Value[]): Value[] => drawn.flatMap((image, copy) => boxes.filter((box) => box.image === image).map((box) => ({ ...box, image: copy })));
    const sizes = { images: drawn.length, findings: plain.findings };
    const last = (curve: { readonly recall: Float64Array; readonly precision: Float64Array } | undefined): number[] => [curve!.recall.at(-1)!, curve!.precision.at(-1)!];
    expect(last(weightedBoxPrecisionRecallCurve(plain.detections, plain.objects, 0, options)(draw))).toEqual(last(boxPrecisionRecallCurve(take(plain.detections), take(plain.objects), 0, { ...sizes, iouThreshold: 0.4 })).map((value) => expect.closeTo(value, 12) as number));
    const [weighted, wanted] = [weightedFrocCurve(plain.detections, plain.objects, plain)(draw)!, frocCurve(take(plain.detections), take(plain.objects), sizes)!];
    for (const rate of FROC_RATES) expect(sensitivityAt(weighted, rate)).toBeCloseTo(sensitivityAt(wanted, rate), 12);
    expect(weightedFrocCurve(plain.detections, plain.objects, plain)(new Float64Array(plain.images))).toBeUndefined();
    expect(() => weightedFrocCurve(plain.detections, plain.objects, plain)([1])).toThrow('a draw must have one weight for each of');
  });

  it('refuses what cannot be', () => {
    const wrong = (detections: readonly DetectedBox[], options: object = {}): (() => unknown) => () => meanAveragePrecision(detections, [], { images: 1, findings: 1, ...options });
    expect(wrong([one(unit, { image: 1 })])).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute mean average precision as a box's image must be from 0 to 0: current value is 1]`);
    expect(wrong([one(unit, { finding: -1 })])).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute mean average precision as a box's finding must be from 0 to 0: current value is -1]`);
    expect(wrong([one([0, 0, -1, 1])])).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute mean average precision as boxes must be [left, top, width, height]: current value is [0, 0, -1, 1]]`);
    expect(wrong([one(unit, { score: NaN })])).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute mean average precision as scores must be numbers: current value is NaN]`);
    expect(wrong([], { iouThresholds: [0] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute mean average precision as IoU thresholds must be above 0 and at most 1: current value is 0]`);
  });
});

describe('vindrMeanAveragePrecision', () => {
  it.each(['plain', 'tied'] as const)("equals VOC 2010's definition: %s", async (scene) => {
    const { detections, objects, ...sizes } = scenes[scene] as Scene;
    const { mean, byFinding } = vindrMeanAveragePrecision(detections, objects, sizes);
    await same([mean, ...byFinding], [golden.voc[scene].mean, ...golden.voc[scene].byFinding]);
  });

  it('takes a second detection of an object for false, an overlap of just the threshold for none, and counts "No finding" as boxes', () => {
    const options = { images: 2, findings: 1 };
    expect(vindrMeanAveragePrecision([one(unit, { score: 0.9 }), one(unit)], [one(unit), one([50, 50, 10, 10])], options).mean).toBe(0.5);
    expect(vindrMeanAveragePrecision([one([0, 0, 10, 4])], [one(unit)], options).mean).toBe(0);
    expect(vindrMeanAveragePrecision([one([0, 0, 1, 1])], [one([0, 0, 1, 1])], options).mean).toBe(1);
    expect(vindrMeanAveragePrecision([], [], options).mean).toBeUndefined();
  });
});

describe('rsnaScore', () => {
  it.each(['plain', 'tied'] as const)("equals the challenge's definition: %s", async (scene) => {
    const { detections, objects, images } = scenes[scene] as Scene;
    const { mean, byImage } = rsnaScore(detections, objects, images);
    await same([mean, ...byImage], [golden.rsna[scene].mean, ...golden.rsna[scene].byImage]);
  });

  it('leaves out images with neither, and gives 0 to false alarms in images without objects', () => {
    expect(rsnaScore([one(unit, { image: 1 }), one(unit, { image: 2 })], [one(unit, { image: 1 })], 3)).toEqual({ mean: 0.5, byImage: [undefined, 1, 0] });
    expect(rsnaScore([], [], 2).mean).toBeUndefined();
  });

  it('falls step by step with the overlap', () => {
    expect(rsnaScore([one([0, 0, 10, 5.2])], [one(unit)], 1).mean).toBe(3 / 8); // 0.4, 0.45, 0.5
  });
});

describe('frocCurve', () => {
  const all = (['plain', 'tied'] as const).flatMap((scene) => golden.froc[scene].map((testCase) => ({ scene, ...testCase })));
  it.each(all)('equals the definition at every threshold: $scene, $criterion', async ({ scene, criterion, falsePositives, sensitivity, score }) => {
    const { detections, objects, ...sizes } = scenes[scene] as Scene;
    const options = { ...sizes, iouThreshold: criterion as number | 'centre' };
    const curve = frocCurve(detections, objects, options)!;
    // the definition has a point for every score, ours only where something changes
    for (const [i, wanted] of falsePositives.entries()) {
      const at = [...curve.falsePositives].findIndex((value, point) => Math.abs(value - wanted) < 1e-12 && Math.abs((curve.sensitivity[point] as number) - (sensitivity[i] as number)) < 1e-12);
      expect(at).toBeGreaterThanOrEqual(0);
    }
    const statistic = frocStatistic(detections, objects, options);
    await expectClose(statistic(new Float64Array(sizes.images).fill(1)) as number, score, { absolute: 1e-9 });
    await expectClose(statistic(new Float64Array(sizes.images).fill(3)) as number, score, { absolute: 1e-9 });
  });

  it('counts several hits of one object once, and none of them as a false alarm', () => {
    const curve = frocCurve([one(unit, { score: 0.9 }), one(unit)], [one(unit), one([50, 50, 5, 5])], { images: 2, findings: 1 });
    expect([[...curve!.falsePositives], [...curve!.sensitivity]]).toEqual([[0, 0], [0, 0.5]]);
    expect(frocCurve([], [], { images: 2, findings: 1 })).toBeUndefined();
  });

  it('refuses what cannot be', () => {
    expect(() => frocCurve([], [], { images: 1, findings: 1, iouThreshold: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot count a FROC as the IoU threshold must be above 0 and at most 1, or 'centre': current value is 0]`);
    expect(() => frocStatistic([], [], { images: 1, findings: 1, rates: [] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot count a FROC as rates of false alarms must be 0 or more: current values are []]`);
  });
});
