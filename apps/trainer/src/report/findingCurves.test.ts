import { auroc } from '@cxr-ifa/metrics';
import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import type { Prediction } from '../classify/predictionsFile.ts';
import { findingCurves } from './findingCurves.ts';

const settings = () => ({ rng: createRng(1), confidence: 0.95 });
/** One image of each patient: its probability of the one finding, and its label. */
const imagesOf = (rows: readonly (readonly [probability: number | undefined, label: 0 | 1 | undefined])[], patient = (row: number) => `p${row}`): Prediction[] => rows.map(([probability, label], row) => ({ image: `${row}.png`, patient: patient(row), split: 'test', probabilities: [probability], labels: [label] }));
const drawn = (count: number): Prediction[] => {
  const rng = createRng(4);
  return imagesOf(Array.from({ length: count }, () => {
    const probability = rng.uniform();
    return [probability, rng.uniform() < probability ? 1 : 0] as const; // calibrated, by construction
  }));
};
const areaUnder = (points: readonly (readonly [number, number])[]): number => points.slice(1).reduce((sum, [x, y], index) => sum + ((x - points[index]![0]) * (y + points[index]![1])) / 2, 0);

describe('findingCurves', () => {
  it('gives a ROC curve whose area is the AUROC, between its bands', () => {
    const images = drawn(300);
    const { roc, positives, negatives } = findingCurves('nodule', 0, images, settings())!;
    const [scores, labels] = [images.map(({ probabilities }) => probabilities[0]!), images.map(({ labels: own }) => own[0]!)];
    expect(positives + negatives).toBe(300);
    expect(areaUnder(roc.points)).toBeCloseTo(auroc(scores, labels)!, 12);
    expect(areaUnder(roc.band.map(({ x, low }) => [x, low]))).toBeLessThan(auroc(scores, labels)!);
    expect(areaUnder(roc.band.map(({ x, high }) => [x, high]))).toBeGreaterThan(auroc(scores, labels)!);
  });

  it('follows the diagonal where probabilities are calibrated', () => {
    const { reliability } = findingCurves('nodule', 0, drawn(3000), settings())!;
    expect(reliability.points).toHaveLength(10);
    for (const [probability, share] of reliability.points) expect(Math.abs(probability - share)).toBeLessThan(0.1);
    const within = reliability.band.filter(({ x, low, high }) => low <= x && x <= high).length;
    expect(within).toBeGreaterThanOrEqual(8);
  });

  it('has precision 1 up to full recall where the finding is told apart without a fault', () => {
    const { precisionRecall, roc } = findingCurves('nodule', 0, imagesOf([[0.9, 1], [0.8, 1], [0.3, 0], [0.2, 0], [0.1, 0]]), settings())!;
    expect(Math.max(...precisionRecall.points.filter(([, precision]) => precision === 1).map(([recall]) => recall))).toBe(1);
    expect(areaUnder(roc.points)).toBe(1);
  });

  it('leaves out images without a label or a probability', () => {
    const images = drawn(50);
    const others = imagesOf([[undefined, 1], [0.4, undefined]], (row) => `other ${row}`);
    expect(findingCurves('nodule', 0, [...images, ...others], settings())).toEqual(findingCurves('nodule', 0, images, settings()));
  });

  it('has none of one class, or of one patient', () => {
    expect(findingCurves('nodule', 0, imagesOf([[0.4, 1], [0.2, 1]]), settings())).toBeUndefined();
    expect(findingCurves('nodule', 0, imagesOf([[0.4, 1], [0.2, 0]], () => 'one'), settings())).toBeUndefined();
  });

  it('is wider where a patient has several images', () => {
    const images = drawn(200);
    const grouped = images.map((image, row) => ({ ...image, patient: `p${row % 8}` }));
    const width = (of: readonly Prediction[]) => findingCurves('nodule', 0, of, settings())!.roc.band.reduce((sum, { low, high }) => sum + high - low, 0);
    expect(width(grouped)).not.toBe(width(images));
  });
});
