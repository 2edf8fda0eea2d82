import { counterNormal, counterUniform, expectClose } from '@cxr-ifa/testing';
import { describe, expect, it } from 'vitest';
import golden from '../../golden/detection.json' with { type: 'json' };
import { goldenBoxes } from '../../test/annotations.ts';
import { BACKGROUND, BETWEEN } from './anchorAssignment.ts';
import { assignAtss } from './assignAtss.ts';
import { decodeBoxes, encodeBoxes } from './boxCoder.ts';
import { boxIou } from './boxIou.ts';
import { chooseAnchorSize } from './chooseAnchorSize.ts';
import { createAnchors } from './createAnchors.ts';
import { matchAnchors } from './matchAnchors.ts';
import { selectDetections } from './selectDetections.ts';

const size = golden.image as [number, number];
const anchors = createAnchors({ imageSize: size, grids: golden.grids as [number, number][], baseSize: golden.baseSize });
const every = (boxes: Float32Array, step: number): number[] => Array.from({ length: Math.ceil(boxes.length / 4 / step) }, (_, i) => [...boxes.subarray(4 * i * step, 4 * i * step + 4)]).flat();
const normal = (stream: number, length: number, scale: number, shift = 0): Float32Array => Float32Array.from(counterNormal(stream, length), (value) => scale * value + shift);

describe('createAnchors', () => {
  it("equals torchvision's AnchorGenerator, sizes cut and corners rounded", async () => {
    expect(anchors.count).toBe(golden.anchors.count);
    await expectClose(every(anchors.boxes, golden.anchors.every), golden.anchors.boxes);
    const { image, grids, every: step, boxes } = golden.defaultAnchors;
    await expectClose(every(createAnchors({ imageSize: image as [number, number], grids: grids as [number, number][] }).boxes, step), boxes);
  });

  it('puts the aspects and sizes of each cell around its corner', () => {
    const { boxes, levels } = createAnchors({ imageSize: [16, 16], grids: [[2, 2], [1, 1]], baseSize: 8, aspects: [1], octaves: [0] });
    expect(levels).toEqual([4, 1]);
    expect([...boxes]).toEqual([-0.25, -0.25, 0.25, 0.25, -0.25, 0.25, 0.25, 0.75, 0.25, -0.25, 0.75, 0.25, 0.25, 0.25, 0.75, 0.75, -0.5, -0.5, 0.5, 0.5]);
  });

  it('refuses impossible sizes', () => {
    const wrong = (options: object): (() => unknown) => () => createAnchors({ imageSize: [8, 8], grids: [[1, 1]], ...options });
    expect(wrong({ baseSize: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create anchors as every base size must be above 0: current value is 0]`);
    expect(wrong({ aspects: [] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create anchors as every aspect must be above 0: current value is none]`);
    expect(wrong({ grids: [[4000, 4000]] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create anchors as there must be no more than 10 million: current number is 144000000]`);
  });
});

describe('encodeBoxes and decodeBoxes', () => {
  it("equal torchvision's BoxCoder, in its order of numbers", async () => {
    await expectClose(encodeBoxes(goldenBoxes(1, 8), goldenBoxes(2, 8)), golden.coder.encoded, { absolute: 1e-5 });
    await expectClose(decodeBoxes(normal(3, 32, 2), goldenBoxes(2, 8)), golden.coder.decoded, { relative: 1e-4 });
  });

  it('are inverse, and 0 where box and anchor are equal', async () => {
    const [boxes, near] = [goldenBoxes(5, 20), goldenBoxes(6, 20)];
    await expectClose(decodeBoxes(encodeBoxes(boxes, near), near), boxes, { absolute: 1e-6 });
    expect([...encodeBoxes(boxes, boxes)].every((value) => value === 0)).toBe(true);
    expect([...decodeBoxes(Float32Array.of(0, 0, 1e30, 1e30), Float32Array.of(0, 0, 1, 1))].every(Number.isFinite)).toBe(true);
    expect(() => encodeBoxes(boxes, near.subarray(4))).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot encode boxes as each must have an anchor: current numbers are 20 and 19]`);
  });
});

describe('matchAnchors', () => {
  it("equals torchvision's Matcher with low-quality matches", () => {
    expect([...matchAnchors(anchors, goldenBoxes(4, 5))]).toEqual(golden.matched);
  });

  it('is background without boxes, and leaves no box to nobody', () => {
    expect(new Set(matchAnchors(anchors, new Float32Array()))).toEqual(new Set([BACKGROUND]));
    const speck = Float32Array.of(0.501, 0.501, 0.511, 0.511); // overlaps no anchor by much
    const assignment = matchAnchors(anchors, speck);
    expect(assignment.some((object) => object === 0)).toBe(true);
    expect(assignment.filter((object) => object === 0).length).toBeLessThan(20);
    expect(new Set(matchAnchors(anchors, Float32Array.of(5, 5, 6, 6)))).toEqual(new Set([BACKGROUND])); // far outside: torchvision would give it all anchors
  });

  it('leaves out what lies in between', () => {
    const boxes = { boxes: Float32Array.of(0, 0, 1, 1, 0, 0, 1, 0.45, 0, 0, 1, 0.2), levels: [3], count: 3 };
    expect([...matchAnchors(boxes, Float32Array.of(0, 0, 1, 1))]).toEqual([0, BETWEEN, BACKGROUND]);
    expect(() => matchAnchors(boxes, new Float32Array(), { foreground: 0.3 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot match anchors as 0 <= background <= foreground <= 1 must hold: current values are 0.4 and 0.3]`);
  });
});

describe('assignAtss', () => {
  const imageAspect = size[1] / size[0];

  it('equals algorithm 1 of the paper', () => {
    expect([...assignAtss(anchors, goldenBoxes(4, 5), { imageAspect })]).toEqual(golden.atss);
  });

  it('gives small boxes anchors too, and none of an image without boxes', () => {
    const small = matchCounts([...assignAtss(anchors, Float32Array.of(0.3, 0.3, 0.42, 0.38, 0.1, 0.1, 0.9, 0.9), { imageAspect })]);
    expect(small[0]).toBeGreaterThan(1);
    expect(new Set(assignAtss(anchors, new Float32Array()))).toEqual(new Set([BACKGROUND]));
    expect(() => assignAtss(anchors, new Float32Array(), { candidates: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot assign anchors as candidates must be a positive integer: current value is 0]`);
  });

  it('does not depend on the order of the boxes', () => {
    const boxes = goldenBoxes(4, 5);
    const reversed = Float32Array.from([4, 3, 2, 1, 0].flatMap((i) => [...boxes.subarray(4 * i, 4 * i + 4)]));
    const turned = [...assignAtss(anchors, reversed, { imageAspect })].map((object) => (object < 0 ? object : 4 - object));
    expect(turned).toEqual([...assignAtss(anchors, boxes, { imageAspect })]);
  });
});

function matchCounts(assignment: readonly number[]): Record<number, number> {
  return assignment.reduce<Record<number, number>>((counts, object) => ({ ...counts, [object]: (counts[object] ?? 0) + 1 }), {});
}

describe('chooseAnchorSize', () => {
  /** A square around a position where every level has anchors. */
  const square = (side: number, imageSize: number): Float32Array => Float32Array.of(0.5 - side / imageSize / 2, 0.5 - side / imageSize / 2, 0.5 + side / imageSize / 2, 0.5 + side / imageSize / 2);

  it('finds the size that fits: of 512 pixels the 32 of the paper, of 128 with small boxes 8', () => {
    expect(chooseAnchorSize(square(32, 512), { imageSize: [512, 512] })).toEqual({ anchorSize: 32, meanOverlap: expect.closeTo(1, 5), covered: 1 });
    expect(chooseAnchorSize(square(8, 128), { imageSize: [128, 128] }).anchorSize).toBe(8);
    expect(chooseAnchorSize(square(8, 128), { imageSize: [128, 128], sizes: [32] })).toEqual({ anchorSize: 32, meanOverlap: expect.closeTo(64 / (22 * 46), 5), covered: 0 }); // with the anchor of 22 by 46
    expect(chooseAnchorSize(new Float32Array(), { imageSize: [128, 128] })).toEqual({ anchorSize: 32, meanOverlap: 0, covered: 0 });
  });

  it('looks at where anchors lie: half way between two of stride 8 it needs those of stride 4', () => {
    const between = Float32Array.of(16 / 128, 16 / 128, 24 / 128, 24 / 128); // 8 pixels around (20, 20)
    const coarse = chooseAnchorSize(between, { imageSize: [128, 128], sizes: [8] });
    expect(coarse.meanOverlap).toBeLessThan(0.35);
    expect(coarse.covered).toBe(0);
    expect(chooseAnchorSize(between, { imageSize: [128, 128], sizes: [8], strides: [4, 8, 16, 32, 64] })).toEqual({ anchorSize: 8, meanOverlap: expect.closeTo(1, 5), covered: 1 });
  });

  it('equals the best overlap with all the anchors', () => {
    const [side, strides] = [96, [4, 8, 16, 32]];
    const all = createAnchors({ imageSize: [side, side], grids: strides.map((stride) => [side / stride, side / stride] as const), baseSize: 8 });
    const uniform = counterUniform(3, 4 * 30);
    const boxes = Float32Array.from(
      Array.from({ length: 30 }, (_, i) => {
        const [y, x, height, width] = uniform.slice(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
        return [0.8 * y, 0.8 * x, 0.8 * y + 0.03 + 0.17 * height, 0.8 * x + 0.03 + 0.17 * width];
      }).flat(),
    );
    const best = Array.from({ length: 30 }, (_, box) => Math.max(...Array.from({ length: all.count }, (_, anchor) => boxIou(all.boxes, anchor, boxes, box))));
    const { meanOverlap, covered } = chooseAnchorSize(boxes, { imageSize: [side, side], strides, sizes: [8] });
    expect(meanOverlap).toBeCloseTo(best.reduce((sum, value) => sum + value, 0) / 30, 5);
    expect(covered).toBeCloseTo(best.filter((value) => value >= 0.5).length / 30, 9);
  });
});

describe('selectDetections', () => {
  it.each(golden.postProcessing)("equals torchvision's postprocess_detections: $name", async ({ stream, classes, scale, settings, boxes, scores, labels }) => {
    const named = settings as { score_thresh?: number; nms_thresh?: number; topk_candidates?: number; detections_per_img?: number };
    const found = selectDetections(normal(stream, anchors.count * classes, scale, -3), normal(stream + 1, anchors.count * 4, 0.5), anchors, {
      scoreThreshold: named.score_thresh ?? 0.05,
      overlapThreshold: named.nms_thresh ?? 0.5,
      candidates: named.topk_candidates ?? 1000,
      maximum: named.detections_per_img ?? 300,
    });
    expect([...found.labels]).toEqual(labels);
    if (labels.length === 0) return;
    await expectClose(found.scores, scores);
    await expectClose(found.boxes, boxes, { absolute: 2e-6 });
  });

  it('refuses lengths that do not fit', () => {
    expect(() => selectDetections(new Float32Array(10), new Float32Array(4 * anchors.count), anchors)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot select detections as 1161 anchors must have logits for every finding and 4 deltas each: current lengths are 10 and 4644]`);
  });
});
