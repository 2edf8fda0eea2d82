import { counterNormal, counterUniform, expectClose } from '@cxr-ifa/testing';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { auprc } from './auprc.ts';
import { auroc } from './auroc.ts';

interface Case {
  stream: number;
  prevalence: number;
  decimals: number;
  auroc: number;
  aurocWeighted: number;
  aurocKnownWeighted: number;
  auprc: number;
  auprcWeighted: number;
  auprcKnownWeighted: number;
}
const golden = JSON.parse(readFileSync(new URL('../golden/metrics.json', import.meta.url), 'utf8')) as { cases: Case[] };

/** tools/golden/metrics.py: column() */
function column({ stream, prevalence, decimals }: Pick<Case, 'stream' | 'prevalence' | 'decimals'>, length = 60) {
  const labels = counterUniform(stream, length).map((u) => (u < prevalence ? 1 : 0));
  const scores = counterNormal(stream + 1, length).map((x, i) => Math.floor((x + (labels[i] as number)) * 10 ** decimals) / 10 ** decimals);
  const weights = counterUniform(stream + 2, length).map((u) => 3 * u);
  const known = counterUniform(stream + 3, length).map((u) => (u < 0.8 ? 1 : 0));
  return { labels, scores, weights, known };
}
const example = column({ stream: 110, prevalence: 0.3, decimals: 0 });

describe.each(golden.cases)('against scikit-learn, scores of $decimals decimals', (expected) => {
  const { labels, scores, weights, known } = column(expected);
  const exactly = { relative: 1e-13, absolute: 0 };

  it('AUROC is equal with ties, weights and unknown labels', async () => {
    await expectClose(auroc(scores, labels) as number, expected.auroc, exactly);
    await expectClose(auroc(scores, labels, { weights }) as number, expected.aurocWeighted, exactly);
    await expectClose(auroc(scores, labels, { weights, known }) as number, expected.aurocKnownWeighted, exactly);
  });

  it('average precision is equal with ties, weights and unknown labels', async () => {
    await expectClose(auprc(scores, labels) as number, expected.auprc, exactly);
    await expectClose(auprc(scores, labels, { weights }) as number, expected.auprcWeighted, exactly);
    await expectClose(auprc(scores, labels, { weights, known }) as number, expected.auprcKnownWeighted, exactly);
  });
});

describe('auroc', () => {
  it('has the values that can be counted by hand', () => {
    expect(auroc([0.1, 0.4, 0.4, 0.8], [0, 0, 1, 1])).toBe(0.875); // of four pairs three are right and one is tied
    expect(auroc([1, 2, 3, 4], [0, 0, 1, 1])).toBe(1);
    expect(auroc([4, 3, 2, 1], [0, 0, 1, 1])).toBe(0);
    expect(auroc([5, 5, 5], [0, 1, 1])).toBe(0.5);
    expect(auroc([-Infinity, Infinity, Infinity], [0, 1, 0])).toBe(0.75);
  });

  it('has no value for one class', () => {
    for (const metric of [auroc, auprc]) {
      expect(metric([1, 2], [1, 1])).toBeUndefined();
      expect(metric([1, 2], [0, 0])).toBeUndefined();
      expect(metric([], [])).toBeUndefined();
      expect(metric([1, 2, 3], [0, 1, 1], { known: [0, 1, 1] })).toBeUndefined();
      expect(metric([1, 2, 3], [0, 1, 1], { weights: [0, 1, 1] })).toBeUndefined();
    }
  });

  it('does not change under a monotone transformation of the scores', () => {
    const { scores, labels, weights } = example;
    const transformed = scores.map((score) => Math.exp(score / 2) - 7);
    expect(auroc(transformed, labels, { weights })).toBe(auroc(scores, labels, { weights }));
    expect(auprc(transformed, labels, { weights })).toBe(auprc(scores, labels, { weights }));
  });

  it('is one minus itself when the classes change places, or the scores their sign', async () => {
    const { scores, labels, weights } = example;
    const value = auroc(scores, labels, { weights }) as number;
    await expectClose(auroc(scores, labels.map((label) => 1 - label), { weights }) as number, 1 - value, { relative: 1e-14 });
    await expectClose(auroc(scores.map((score) => -score), labels, { weights }) as number, 1 - value, { relative: 1e-14 });
  });

  it('counts an image of weight 2 twice, and an unknown one not at all, whatever its score and label', () => {
    const [scores, labels] = [[0.3, 0.1, 0.3, 0.9], [1, 0, 0, 1]];
    expect(auroc(scores, labels, { weights: [2, 1, 1, 1] })).toBe(auroc([...scores, 0.3], [...labels, 1]));
    expect(auroc([...scores, NaN], [...labels, NaN], { known: [1, 1, 1, 1, 0] })).toBe(auroc(scores, labels));
    expect(auprc(scores, labels, { weights: [2, 1, 1, 1] })).toBe(auprc([...scores, 0.3], [...labels, 1]));
  });

  it('stays within 1 where rounding would leave it', () => {
    const weights = counterUniform(7, 500);
    const value = auroc(Float64Array.from({ length: 500 }, (_, i) => i), Float64Array.from({ length: 500 }, (_, i) => (i < 250 ? 0 : 1)), { weights }) as number;
    expect(value).toBeLessThanOrEqual(1);
    expect(value).toBeGreaterThan(1 - 1e-12);
  });

  it('refuses what is no score, label, weight or mask', () => {
    expect(() => auroc([1, 2], [0])).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute AUROC as labels must have one value for each of 2 scores: current length is 1]`);
    expect(() => auroc([1, 2], [0, 1], { known: [1] })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute AUROC as known must have one value for each of 2 scores: current length is 1]`);
    expect(() => auroc([1, NaN], [0, 1])).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute AUROC as scores must be numbers: current value of image 1 is NaN]`);
    expect(() => auroc([1, 2], [0, 0.5])).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute AUROC as known labels must be 0 or 1: current value of image 1 is 0.5]`);
    expect(() => auroc([1, 2], [0, 1], { weights: [1, -1] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute AUROC as weights must be finite and not negative: current value of image 1 is -1]`);
    expect(() => auprc([1, 2], [0, 1], { known: [1, 2] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute AUPRC as known must be 0 or 1: current value of image 1 is 2]`);
  });
});
