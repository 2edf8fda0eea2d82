import { createRng } from '@cxr-ifa/tensor';
import { createAugmentation } from '@cxr-ifa/transforms';
import { describe, expect, it } from 'vitest';
import { assignAtss } from './assignAtss.ts';
import { encodeBoxes, decodeBoxes } from './boxCoder.ts';
import type { BoxAnnotations } from './boxes.ts';
import { boxesToView } from './boxesToView.ts';
import { chooseAnchorSize } from './chooseAnchorSize.ts';
import { createAnchors } from './createAnchors.ts';
import { detectionTargets } from './detectionTargets.ts';
import { fuseBoxes } from './fuseBoxes.ts';
import { fuseReaders } from './fuseReaders.ts';
import { matchAnchors } from './matchAnchors.ts';
import { nonMaximumSuppression } from './nonMaximumSuppression.ts';
import { selectDetections } from './selectDetections.ts';

const anchors = createAnchors({ imageSize: [32, 32], grids: [[4, 4], [2, 2]], baseSize: 8 });
const blank = { data: new Float32Array(64).fill(0.5), width: 8, height: 8, range: [0, 1] } as const;
const { geometry } = createAugmentation('cxr')(blank, createRng(1));
const labelled = (boxes: Float32Array): BoxAnnotations => ({ boxes, labels: new Int32Array(boxes.length / 4) });
const scored = (boxes: Float32Array): { boxes: Float32Array; scores: Float32Array; labels: Int32Array } => ({ ...labelled(boxes), scores: new Float32Array(boxes.length / 4).fill(0.5) });

/** Every function that takes boxes; `annotated` take what somebody drew, which lies in the image, and `any` also what was predicted, which may lie anywhere and have no area. */
const TAKERS: readonly [name: string, kind: 'annotated' | 'boxes' | 'any', run: (boxes: Float32Array) => object][] = [
  ['detectionTargets', 'annotated', (boxes) => detectionTargets(anchors, [labelled(boxes)], { findings: 1 })],
  ['boxesToView', 'annotated', (boxes) => boxesToView(labelled(boxes), geometry)],
  ['chooseAnchorSize', 'annotated', (boxes) => chooseAnchorSize(boxes, { imageSize: [32, 32] })],
  ['matchAnchors', 'boxes', (boxes) => matchAnchors(anchors, boxes)],
  ['assignAtss', 'boxes', (boxes) => assignAtss(anchors, boxes)],
  ['encodeBoxes', 'boxes', (boxes) => encodeBoxes(boxes, boxes)],
  ['fuseBoxes', 'any', (boxes) => fuseBoxes([scored(boxes), scored(boxes)])],
  ['fuseReaders', 'any', (boxes) => fuseReaders([labelled(boxes), labelled(boxes)])],
  ['nonMaximumSuppression', 'any', (boxes) => nonMaximumSuppression(boxes, scored(boxes).scores)],
];
const HOSTILE: readonly [what: string, from: 'annotated' | 'boxes' | 'any', box: readonly [number, number, number, number]][] = [
  ['NaN', 'any', [0.1, NaN, 0.5, 0.5]],
  ['infinity', 'any', [0.1, 0.1, Infinity, 0.5]],
  ['reversed', 'boxes', [0.5, 0.1, 0.2, 0.5]],
  ['a negative width', 'boxes', [0.1, 0.5, 0.5, 0.2]],
  ['no area', 'boxes', [0.1, 0.1, 0.1, 0.5]],
  ['pixels', 'annotated', [20, 30, 60, 70]],
  ['left of the image', 'annotated', [0.1, -0.5, 0.5, -0.1]],
];
const ORDER = ['annotated', 'boxes', 'any'] as const;

describe('boxes at the door', () => {
  it.each(TAKERS)('of %s: hostile ones are refused in a sentence, whichever place they have', (_, kind, run) => {
    for (const [what, from, box] of HOSTILE) {
      if (ORDER.indexOf(kind) > ORDER.indexOf(from)) continue; // this one takes them
      for (const boxes of [[...box], [0.1, 0.1, 0.5, 0.5, ...box]]) expect(() => run(Float32Array.from(boxes)), what).toThrow(/^Cannot .* as .*current value/);
    }
  });

  it.each(TAKERS)('of %s: those that leave the image in part are taken', (_name, _kind, run) => {
    expect(() => run(Float32Array.of(-0.1, 0.6, 0.4, 1.2))).not.toThrow();
  });

  it('are refused by selectDetections where a prediction is NaN', () => {
    const run = (logit: number, delta: number): (() => unknown) => () => selectDetections(new Float32Array(anchors.count).fill(logit), new Float32Array(4 * anchors.count).fill(delta), anchors);
    expect(run(NaN, 0)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot select detections as logits must be numbers: current value is NaN, as of a detector whose training went wrong]`);
    expect(run(1, NaN)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot select detections as deltas must be numbers: current value is NaN, as of a detector whose training went wrong]`);
    expect(run(-9, NaN)).not.toThrow(); // of no candidate
  });
});

describe('arrays', () => {
  const numbers = (value: object): Float32Array[] | Int32Array[] => (ArrayBuffer.isView(value) ? [value as Float32Array] : (Object.values(value).filter((part) => ArrayBuffer.isView(part)) as Float32Array[]));
  const pieces: readonly [string, (boxes: Float32Array) => object][] = [
    ...TAKERS.flatMap(([name, , run]) => (name === 'detectionTargets' ? [] : [[name, run] as [string, (boxes: Float32Array) => object]])),
    ['decodeBoxes', (boxes) => decodeBoxes(boxes, boxes)],
    ['selectDetections', (boxes) => selectDetections(boxes.subarray(0, 1), boxes, { boxes, levels: [1], count: 1 })],
  ];

  it.each(pieces)('given to %s are left as they are, and what it gives away is nobody else\'s', (_, run) => {
    const boxes = Float32Array.of(0.1, 0.2, 0.6, 0.7);
    const before = boxes.slice();
    const [first, second] = [run(boxes), run(boxes)];
    expect([...boxes]).toEqual([...before]);
    const wanted = numbers(second).map((array) => [...array]);
    for (const array of numbers(first)) {
      expect(array.buffer).not.toBe(boxes.buffer);
      expect(array.buffer.byteLength).toBe(array.byteLength); // no window onto a larger array that it keeps alive
      array.fill(7);
    }
    expect(numbers(run(boxes)).map((array) => [...array])).toEqual(wanted);
  });
});
