import { createRng, type Box } from '@cxr-ifa/tensor';
import { meanAveragePrecision } from '@cxr-ifa/metrics';
import { decode } from 'fast-png';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { chooseExamples } from '../detect/chooseExamples.ts';
import type { CocoAnnotations, CocoResults } from '../detect/cocoFile.ts';
import { numberBoxes, scoreBoxes } from '../detect/scoreBoxes.ts';
import { boxCurves } from './boxCurves.ts';
import { detectionDetails, drawGallery } from './detectionDetails.ts';

const square = (x: number): [number, number, number, number] => [x, 10, 20, 20];
/** Six images of three patients: the first two are right, the third misses, the fourth has a false alarm, the fifth both, the sixth is empty and stays so. */
const annotations: CocoAnnotations = {
  images: Array.from({ length: 6 }, (_, i) => ({ id: i + 1, file_name: `${i}.png`, width: 100, height: 100, patient: `p${i}` })),
  categories: [{ id: 1, name: 'nodule' }, { id: 2, name: 'mass' }],
  annotations: [1, 2, 3, 5].map((image_id, i) => ({ id: i + 1, image_id, category_id: 1, bbox: square(10), area: 400, iscrowd: 0 as const })),
};
const found = (image_id: number, score: number, bbox: Box = square(10), category_id = 1): CocoResults[number] => ({ image_id, category_id, bbox: [...bbox] as [number, number, number, number], score });
const results: CocoResults = [found(1, 0.9), found(2, 0.8), found(2, 0.01, square(60)), found(4, 0.7), found(5, 0.6, square(60))];
const scores = scoreBoxes(annotations, results, { hit: 0.2, rsnaThreshold: 0.3, samples: 50, confidence: 0.95, seed: 1 });
const curves = boxCurves(annotations, results, scores, { rng: createRng(1), confidence: 0.95 });

describe('boxCurves', () => {
  it('has the average precision as the area, and a band that holds the curve', () => {
    expect(curves.findings.map(({ finding, boxes }) => [finding, boxes])).toEqual([['nodule', 4]]);
    const { points, band } = curves.findings[0]!.precisionRecall;
    const { objects, detections, sizes } = numberBoxes(annotations, results);
    const area = points.slice(1).reduce((sum, [x, y], i) => sum + y * (x - points[i]![0]), 0);
    expect(area).toBeCloseTo(meanAveragePrecision(detections, objects, { ...sizes, iouThresholds: [0.5] }).byFinding[0]!, 1);
    for (const { x, low, high } of band) {
      const [, y] = points.find(([place]) => place === x)!;
      expect(low - 1e-9 <= y && y <= high + 1e-9).toBe(true);
    }
  });

  it('draws from the score with at most half a false alarm an image', () => {
    expect(curves.drawnFrom).toBe(0.01); // three in six images
    expect(curves.froc!.points.map(({ y }) => y).at(-1)).toBe(0.5);
  });

  it('has nothing to draw without boxes, and no band of a single patient', () => {
    const none = { ...annotations, annotations: [] };
    expect(boxCurves(none, results, scores, { rng: createRng(1), confidence: 0.95 })).toEqual({ findings: [], froc: undefined, drawnFrom: 0 });
    const one = { ...annotations, images: annotations.images.map((image) => ({ ...image, patient: 'p' })) };
    expect(boxCurves(one, results, scores, { rng: createRng(1), confidence: 0.95 }).findings[0]!.precisionRecall.band).toEqual([]);
  });
});

describe('chooseExamples', () => {
  const examples = (patient: (i: number) => string): string[][] => {
    const { best, worst } = chooseExamples({ ...annotations, images: annotations.images.map((image, i) => ({ ...image, patient: patient(i) })) }, results, { drawnFrom: 0.3, count: 2 });
    return [best, worst].map((list) => list.map(({ image, missed, falseAlarms }) => `${image.file_name} ${missed} ${falseAlarms}`));
  };

  it('takes the fewest and the most mistakes, each image once, one a patient', () => {
    expect(examples((i) => `p${i}`)).toEqual([['0.png 0 0', '1.png 0 0'], ['4.png 1 1', '3.png 0 1']]);
    expect(examples((i) => (i < 2 ? 'same' : `p${i}`))[0]).toEqual(['0.png 0 0', '2.png 1 0']);
  });

  it('counts a second box on one finding, and one of another finding, as false', () => {
    const doubled = [found(1, 0.9), found(1, 0.8), found(2, 0.9, square(10), 2)];
    const { worst } = chooseExamples(annotations, doubled, { drawnFrom: 0.3, count: 1 });
    expect(worst.find(({ image }) => image.id === 2)).toMatchObject({ missed: 1, falseAlarms: 1 });
    const { best } = chooseExamples(annotations, doubled, { drawnFrom: 0.3, count: 1 });
    expect(best[0]).toMatchObject({ image: { id: 1 }, missed: 0, falseAlarms: 1 });
  });
});

describe('detectionDetails', () => {
  const image = { data: new Float32Array(100 * 100).map((_, i) => i % 100), width: 100, height: 100, range: [0, 99] } as const;

  it('shows scores, curves, and the best and the worst images with their boxes', async () => {
    const gallery = await drawGallery(annotations, results, curves, () => Promise.resolve({ image, place: (box) => box }));
    const page = detectionDetails({ scores, confidence: 0.95, curves, gallery }).html;
    const { document } = parseHTML(`<html><body>${page}</body></html>`);
    expect([...document.querySelectorAll('svg')]).toHaveLength(2); // FROC, and the one finding with boxes
    expect(document.body.textContent).toContain('mAP at IoU 0.5');
    const ticks = [...document.querySelectorAll('[aria-label="x-axis tick label"]')][0]!;
    expect(ticks.textContent).toBe('1/81/41/21248');
    const pictures = [...document.querySelectorAll('img')];
    expect(pictures).toHaveLength(5); // all but the image without a box and without a mistake
    const { width, data } = decode(Buffer.from(pictures[0]!.getAttribute('src')!.split(',')[1]!, 'base64'));
    expect(width).toBe(400); // enlarged four times
    expect([...data.subarray(3 * (40 * 400 + 41), 3 * (40 * 400 + 41) + 3)]).toEqual([230, 159, 0]);
  });

  it('says why images are not shown', () => {
    expect(detectionDetails({ scores, confidence: 0.95, curves, gallery: { missing: 'the files went away' } }).html).toContain('Images are not shown: the files went away.');
  });
});
