import { counterUniform, expectClose } from '@cxr-ifa/testing';
import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import golden from '../../golden/box-fusion.json' with { type: 'json' };
import type { Detections } from './boxes.ts';
import { boxesToView } from './boxesToView.ts';
import { boxIou } from './boxIou.ts';
import { fuseBoxes } from './fuseBoxes.ts';
import { fuseReaders } from './fuseReaders.ts';
import { nonMaximumSuppression } from './nonMaximumSuppression.ts';

/** Boxes as `source` of tools/golden/box_fusion.py makes them. */
function source(stream: number, count: number, labels: number): Detections {
  const rows = Array.from({ length: count }, (_, i) => [...counterUniform(stream, count * 6)].slice(6 * i, 6 * i + 6) as [number, number, number, number, number, number]);
  return {
    boxes: Float32Array.from(rows.flatMap(([a, b, c, d]) => [0.25 * Math.floor(3 * a) + 0.08 * c, 0.25 * Math.floor(3 * b) + 0.08 * d, 0.25 * Math.floor(3 * a) + 0.08 * c + 0.2, 0.25 * Math.floor(3 * b) + 0.08 * d + 0.2])),
    scores: Float32Array.from(rows, ([, , , , score]) => 0.05 + 0.9 * score),
    labels: Int32Array.from(rows, ([, , , , , label]) => Math.floor(labels * label)),
  };
}

describe('nonMaximumSuppression', () => {
  const boxes = Float32Array.of(0, 0, 1, 1, 0, 0, 1, 0.9, 0, 0, 1, 0.4, 0.5, 0.5, 1, 1);

  it('keeps the surest of those that overlap, by finding, up to a maximum', () => {
    const scores = [0.5, 0.9, 0.4, 0.3];
    expect([...nonMaximumSuppression(boxes, scores)]).toEqual([1, 2, 3]);
    expect([...nonMaximumSuppression(boxes, scores, { labels: [0, 1, 0, 0] })]).toEqual([1, 0, 2, 3]);
    expect([...nonMaximumSuppression(boxes, scores, { threshold: 0.42 })]).toEqual([1, 3]);
    expect([...nonMaximumSuppression(boxes, scores, { maximum: 2 })]).toEqual([1, 2]);
    expect([...nonMaximumSuppression(boxes, [0.5, 0.5, 0.5, 0.5])]).toEqual([0, 2, 3]); // the earlier of equals
    expect([...nonMaximumSuppression(new Float32Array(), [])]).toEqual([]);
  });

  it('leaves no two boxes that overlap more, and drops none that overlaps none more', () => {
    const { boxes: many, scores } = source(7, 60, 1);
    const kept = nonMaximumSuppression(many, scores, { threshold: 0.3 });
    for (const a of kept) for (const b of kept) if (a !== b) expect(boxIou(many, a, many, b)).toBeLessThanOrEqual(0.3);
    for (let i = 0; i < scores.length; i++) expect(kept.some((j) => i === j || boxIou(many, i, many, j) > 0.3)).toBe(true);
  });

  it('refuses lengths that do not fit', () => {
    expect(() => nonMaximumSuppression(boxes, [1])).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot suppress boxes as each must have four numbers, a score and a label: current lengths are 16, 1 and none]`);
  });
});

describe('fuseBoxes', () => {
  it.each(golden.fusion)("equals the authors' weighted_boxes_fusion: $name", async ({ stream, counts, labelCount, threshold, weights, minimumScore, boxes, scores, labels }) => {
    const fused = fuseBoxes(counts.map((count, i) => source(stream + i, count, labelCount)), { threshold, minimumScore, ...(weights && { weights }) });
    await expectClose(fused.scores, scores);
    await expectClose(fused.boxes, boxes);
    expect([...fused.labels]).toEqual(labels);
  });

  it('leaves one source without overlaps as it is, and has the score of what both see', async () => {
    const one: Detections = { boxes: Float32Array.of(0, 0, 0.2, 0.2, 0.5, 0.5, 0.9, 0.9), scores: Float32Array.of(0.9, 0.4), labels: Int32Array.of(1, 0) };
    expect(fuseBoxes([one])).toMatchObject(one);
    const both = fuseBoxes([one, one]);
    await expectClose(both.boxes, one.boxes);
    await expectClose(both.scores, one.scores);
    expect([...both.sources]).toEqual([2, 2]);
    await expectClose(fuseBoxes([one, { boxes: new Float32Array(), scores: new Float32Array(), labels: new Int32Array() }]).scores, [0.45, 0.2]);
  });

  it('refuses weights that do not fit', () => {
    expect(() => fuseBoxes([], { weights: [1] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot fuse boxes as each of 0 sources must have a weight above 0: current weights are [1]]`);
  });
});

describe('fuseReaders', () => {
  const reader = (...boxes: number[]): { boxes: Float32Array; labels: Int32Array } => ({ boxes: Float32Array.from(boxes), labels: new Int32Array(boxes.length / 4) });

  it('makes one box of what several drew, at their mean, and says how many', async () => {
    const { boxes, labels, readers, dropped } = fuseReaders([reader(0.1, 0.1, 0.5, 0.5, 0.7, 0.7, 0.9, 0.9), reader(0.2, 0.1, 0.6, 0.5), reader()]);
    await expectClose(boxes, [0.15, 0.1, 0.55, 0.5, 0.7, 0.7, 0.9, 0.9]);
    expect([[...labels], [...readers], dropped]).toEqual([[0, 0], [2, 1], 0]);
  });

  it('leaves out what too few drew', () => {
    const fused = fuseReaders([reader(0.1, 0.1, 0.5, 0.5), reader(0.1, 0.1, 0.5, 0.5, 0.7, 0.7, 0.9, 0.9)], { minimumReaders: 2 });
    expect([[...fused.readers], fused.dropped]).toEqual([[2], 1]);
  });
});

describe('boxesToView', () => {
  const annotations = { boxes: Float32Array.of(0.2, 0.1, 0.6, 0.4, 0.7, 0.8, 0.9, 1), labels: Int32Array.of(2, 1), known: [1, 1, 0] };
  /** A geometry whose view shows (x, y) of the source at a x + b y + c, d x + e y + f. */
  const affine = ([a, b, c, d, e, f]: readonly [number, number, number, number, number, number]): Parameters<typeof boxesToView>[1] => ({ matrix: [1, 0, 0, 0, 1, 0], toSource: (points) => [...points], toView: (points) => points.map(([x, y]) => [a * x + b * y + c, d * x + e * y + f]) });

  it('leaves boxes of an untouched view as they are', async () => {
    const view = boxesToView(annotations, affine([1, 0, 0, 0, 1, 0]));
    await expectClose(view.boxes, annotations.boxes);
    expect([[...view.labels], view.known]).toEqual([[2, 1], [1, 1, 0]]);
  });

  it('mirrors, shifts and scales exactly', async () => {
    await expectClose(boxesToView(annotations, affine([-1, 0, 0, 0, 1, 0])).boxes, [0.2, 0.6, 0.6, 0.9, 0.7, 0, 0.9, 0.2]);
    await expectClose(boxesToView(annotations, affine([0.5, 0, 0.1, 0, 0.5, -0.2])).boxes, [0.25, 0.35, 0.45, 0.5, 0.5, 0.7, 0.6, 0.8]);
  });

  it('drops boxes of which too little is left, and cuts the others', async () => {
    const right = affine([1, 0, 0.2, 0, 1, 0]); // by a tenth of the image: half of the second box is left
    await expectClose(boxesToView(annotations, right).boxes, [0.2, 0.2, 0.6, 0.5, 0.7, 0.9, 0.9, 1]);
    expect([...boxesToView(annotations, right, { minimumVisible: 0.6 }).labels]).toEqual([2]);
    expect(boxesToView(annotations, affine([1, 0, 9, 0, 1, 0])).boxes).toHaveLength(0);
    expect(() => boxesToView(annotations, right, { minimumVisible: 2 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot move boxes as the visible share must be from 0 to 1: current value is 2]`);
  });

  it('is tighter than moved corners under rotation, and the same there and back for a round box', async () => {
    const rng = createRng(1);
    for (let draw = 0; draw < 10; draw++) {
      const angle = rng.uniform(-Math.PI, Math.PI);
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const round = { boxes: Float32Array.of(0.4, 0.45, 0.6, 0.65), labels: Int32Array.of(0) };
      const { boxes } = boxesToView(round, affine([cos, -sin, 0, sin, cos, 0]));
      const [top, left, bottom, right] = [...boxes] as [number, number, number, number];
      await expectClose([bottom - top, right - left], [0.2, 0.2], { relative: 0.01 });
    }
  });
});
