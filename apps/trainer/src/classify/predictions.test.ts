import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng, type ImageRecord } from '@cxr-ifa/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calibratePredictions, chooseRules } from './chooseRules.ts';
import { comparePredictions } from './comparePredictions.ts';
import { evaluatePredictions } from './evaluatePredictions.ts';
import { evaluateSubgroups } from './evaluateSubgroups.ts';
import { formatPredictions, readPredictions, type Predictions } from './predictionsFile.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const predictions: Predictions = {
  findings: ['nodule', 'effusion, left'],
  images: [
    { image: 'a, b.png', patient: 'p1', split: 'test', probabilities: [1 / 3, 0], labels: [1, 0] },
    { image: 'c.png', patient: undefined, split: 'test', probabilities: [undefined, 1], labels: [undefined, 1] },
    { image: 'd.png', patient: 'p1', split: 'val', probabilities: [0.1 + 0.2, 5e-324], labels: [0, undefined] },
  ],
};
const settings = { rng: createRng(1), samples: 500, confidence: 0.95 };
/** The share of pairs of a positive and a negative that are in the right order: the definition, and another way than ours to compute it. */
const byPairs = (scores: readonly number[], labels: readonly number[]): number => {
  const pairs = scores.flatMap((s, i) => scores.flatMap((t, j) => (labels[i] === 1 && labels[j] === 0 ? [s > t ? 1 : s === t ? 0.5 : 0] : [])));
  return pairs.reduce((sum: number, pair) => sum + pair, 0) / pairs.length;
};
const many = (seed: number, strength: number): Predictions => {
  const rng = createRng(seed);
  const labels = createRng(9);
  return {
    findings: ['nodule'],
    images: Array.from({ length: 120 }, (_, i) => {
      const label = labels.uniform() < 0.3 ? 1 : 0;
      return { image: `${i}.png`, patient: `p${i >> 1}`, split: 'test', probabilities: [Math.round(20 * (1 / (1 + Math.exp(-strength * label - rng.normal())))) / 20], labels: [label] as (0 | 1)[] };
    }),
  };
};

describe('predictions.csv', () => {
  it('is laid out as documented, with empty cells for what is not known', () => {
    expect(formatPredictions(predictions).split('\n').slice(0, 3)).toEqual([
      'image,patient,split,nodule:probability,nodule:label,"effusion, left:probability","effusion, left:label"',
      '"a, b.png",p1,test,0.3333333333333333,1,0,0',
      'c.png,,test,,,1,1',
    ]);
  });

  it('is read back without loss', async () => {
    const path = join(folder, 'predictions.csv');
    writeFileSync(path, formatPredictions(predictions));
    expect(await readPredictions(path)).toEqual(predictions);
  });

  it.each([
    ['other columns', 'image,patient\na,b\n', 'as its columns must be image, patient, split, and <finding>:probability, <finding>:label for each finding: current columns are image, patient'],
    ['no probability', 'image,patient,split,x:probability,x:label\na,,test,1.5,1\n', 'as row 2 must have probabilities from 0 to 1: current value is 1.5'],
    ['no number', 'image,patient,split,x:probability,x:label\na,,test,much,1\n', 'as row 2 must have probabilities from 0 to 1: current value is much'],
    ['no label', 'image,patient,split,x:probability,x:label\na,,test,0.5,2\n', 'as row 2 must have labels 0 or 1: current value is 2'],
  ])('is refused with %s', async (_what, text, message) => {
    const path = join(folder, 'predictions.csv');
    writeFileSync(path, text);
    await expect(readPredictions(path)).rejects.toThrow(`Cannot read the predictions ${path} ${message}`);
  });
});

describe('evaluatePredictions', () => {
  it('gives the AUROC of the definition, ties included, inside its interval', () => {
    const own = many(1, 1.5);
    const { findings: [result], macro } = evaluatePredictions(own, settings);
    const labels = own.images.map(({ labels: [label] }) => label as number);
    expect(result?.auroc.value).toBeCloseTo(byPairs(own.images.map(({ probabilities: [p] }) => p as number), labels), 12);
    expect(macro).toEqual({ auroc: result?.auroc, over: ['nodule'] });
    expect(result?.positives).toBe(labels.filter(Boolean).length);
    expect(result?.negatives).toBe(120 - (result?.positives ?? 0));
    expect(result?.auroc.low).toBeLessThan(result?.auroc.value as number);
    expect(result?.auroc.high).toBeGreaterThan(result?.auroc.value as number);
  });

  it('does not count what is not known or not predicted, and says what is undefined', () => {
    const [nodule, effusion] = evaluatePredictions(predictions, settings).findings;
    expect(nodule).toMatchObject({ positives: 1, negatives: 1 });
    expect(nodule?.auroc.value).toBe(1);
    expect(effusion).toMatchObject({ positives: 1, negatives: 1 });
    const oneClass = { ...predictions, images: predictions.images.map((image) => ({ ...image, labels: [1, 1] as const })) };
    expect(evaluatePredictions(oneClass, settings).findings[0]?.auroc).toEqual({ value: null, low: null, high: null });
  });

  it('judges thresholds and probabilities as counting does', () => {
    const own = many(1, 1.5);
    const threshold = 0.6;
    const [result] = evaluatePredictions(own, settings, [{ finding: 'nodule', thresholds: [{ criterion: 'by hand', threshold }] }]).findings;
    const rows = own.images.map(({ probabilities: [p], labels: [label] }) => ({ p: p as number, label: label as number }));
    const share = (label: number, called: boolean): number => rows.filter((row) => row.label === label && row.p >= threshold === called).length / rows.filter((row) => row.label === label).length;
    const [point] = result?.operatingPoints ?? [];
    expect(point).toMatchObject({ criterion: 'by hand', threshold, sensitivity: { value: share(1, true) }, specificity: { value: share(0, false) } });
    expect(point?.sensitivity.low).toBeLessThan(point?.sensitivity.high as number);
    expect(result?.brier.value).toBeCloseTo(rows.reduce((sum, { p, label }) => sum + (p - label) ** 2, 0) / 120, 12);
    expect(result?.calibrationError.value).toBeGreaterThan(0);
    expect(result?.auprc.value).toBeGreaterThan(result?.positives as number / 120);
  });

  it('refuses images of one patient', () => {
    expect(() => evaluatePredictions({ ...predictions, images: predictions.images.filter(({ patient }) => patient) }, settings)).toThrow('Cannot evaluate as the images to test on must be of at least two patients: current number is 1');
  });
});

describe('chooseRules', () => {
  /** Three times as sure as it should be, and shifted. */
  const skewed = (seed: number): Predictions => {
    const rng = createRng(seed);
    return {
      findings: ['nodule'],
      images: Array.from({ length: 600 }, (_, i) => {
        const logit = 1.5 * rng.normal() - 1;
        return { image: `${i}.png`, patient: `p${i >> 1}`, split: 'val', probabilities: [1 / (1 + Math.exp(-(3 * logit + 2)))], labels: [rng.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0] };
      }),
    };
  };

  it('makes probabilities true on other images, and leaves their order as it is', () => {
    const rules = chooseRules(skewed(1), 'platt');
    expect(rules[0]?.calibration?.slope).toBeCloseTo(1 / 3, 1);
    expect(rules[0]?.calibration?.intercept).toBeCloseTo(-2 / 3, 0);
    const test = skewed(2);
    const [before, after] = [test, calibratePredictions(test, rules)].map((own) => evaluatePredictions(own, settings, rules).findings[0]);
    expect(after?.calibrationError.value).toBeLessThan(0.5 * (before?.calibrationError.value as number));
    expect(after?.auroc.value).toBe(before?.auroc.value);
    const [youden, sensitive, specific] = after?.operatingPoints ?? [];
    expect([youden?.criterion, sensitive?.criterion, specific?.criterion]).toEqual(['youden', 'sensitivity 0.9', 'specificity 0.9']);
    expect(sensitive?.sensitivity.value).toBeCloseTo(0.9, 1);
    expect(specific?.specificity.value).toBeCloseTo(0.9, 1);
  });

  it('decides nothing where there is nothing to decide on, and never turns a ranking round', () => {
    expect(chooseRules({ ...predictions, images: [] }, 'platt')[0]).toEqual({ finding: 'nodule', calibration: null, thresholds: [] });
    const turned = skewed(3);
    const wrong = { ...turned, images: turned.images.map((image) => ({ ...image, probabilities: [1 - (image.probabilities[0] as number)] })) };
    expect(chooseRules(wrong, 'platt')[0]?.calibration).toBeNull();
    expect(chooseRules(turned, 'none')[0]).toMatchObject({ calibration: null, thresholds: [{ criterion: 'youden' }, {}, {}] });
    expect(chooseRules(turned, 'temperature')[0]?.calibration).toMatchObject({ intercept: 0 });
    const votes = { ...turned, images: turned.images.map((image, i) => ({ ...image, probabilities: [i % 5 === 0 ? image.labels[0] as number : 0.5] })) }; // neighbours that agree say 0 or 1
    expect(Number.isFinite(chooseRules(votes, 'platt')[0]?.calibration?.slope)).toBe(true);
  });
});

describe('evaluateSubgroups', () => {
  it('tells the groups that the records know apart, each by its own images', () => {
    const own = many(1, 2);
    const records = own.images.map(({ image }, i): ImageRecord => ({ path: image, sex: i % 4 < 2 ? 'F' : 'M', view: 'PA', ...(i % 4 < 3 && { age: 10 + (i % 60) }), findings: {} }));
    const rows = evaluateSubgroups(own, records, settings);
    expect(rows.map(({ attribute, level }) => `${attribute} ${level}`)).toEqual(['sex F', 'sex M', 'age 0 to 17', 'age 18 to 39', 'age 40 to 59', 'age 60 to 79', 'age null']);
    const women = own.images.filter((_, i) => records[i]?.sex === 'F');
    expect(rows[0]).toMatchObject({ finding: 'nodule', images: women.length, patients: 30 });
    expect(rows[0]?.auroc.value).toBeCloseTo(byPairs(women.map(({ probabilities: [p] }) => p as number), women.map(({ labels: [label] }) => label as number)), 12);
    expect(evaluateSubgroups(own, own.images.map(({ image }) => ({ path: image, findings: {} })), settings)).toEqual([]);
  });
});

describe('comparePredictions', () => {
  it('pairs images by name, whatever their order, and findings by name', () => {
    const [first, second] = [many(1, 3), many(2, 0.2)];
    const shuffled: Predictions = { findings: ['effusion', 'nodule'], images: [...second.images].reverse().map((image) => ({ ...image, probabilities: [0.5, ...image.probabilities], labels: [0, ...image.labels] })) };
    const [result, ...more] = comparePredictions(first, shuffled, settings);
    expect(more).toEqual([]);
    expect(result?.finding).toBe('nodule');
    expect(result?.first).toBe(evaluatePredictions(first, settings).findings[0]?.auroc.value);
    expect(result?.second).toBe(evaluatePredictions(second, settings).findings[0]?.auroc.value);
    expect(result?.difference.value).toBeCloseTo((result?.first as number) - (result?.second as number), 12);
    expect(result?.difference.low).toBeGreaterThan(0);
    expect(result?.p).toBeLessThan(0.001);
    expect(result?.pHolm).toBe(result?.p); // one finding is one test
  });

  it('corrects for as many findings as are compared', () => {
    const [first, second] = [many(1, 1.5), many(2, 1)];
    const twice = ({ images }: Predictions): Predictions => ({ findings: ['nodule', 'again'], images: images.map((image) => ({ ...image, probabilities: [...image.probabilities, ...image.probabilities], labels: [...image.labels, ...image.labels] })) });
    const [alone] = comparePredictions(first, second, settings);
    const both = comparePredictions(twice(first), twice(second), settings);
    expect(both.map(({ p }) => p)).toEqual([alone?.p, alone?.p]);
    expect(both.map(({ pHolm }) => pHolm)).toEqual([1, 1].map(() => Math.min(1, 2 * (alone?.p as number))));
  });

  it('compares the images that both have a probability for', () => {
    const [first, second] = [many(1, 1), many(2, 1)];
    const fewer = { ...second, images: second.images.map((image, row) => (row < 20 ? { ...image, probabilities: [undefined] } : image)) };
    const [result] = comparePredictions(first, fewer, settings);
    expect(result?.first).toBe(evaluatePredictions({ ...first, images: first.images.slice(20) }, settings).findings[0]?.auroc.value);
    expect((result?.positives as number) + (result?.negatives as number)).toBe(100);
  });

  it('finds no difference of a run to itself', () => {
    const own = many(1, 1);
    expect(comparePredictions(own, own, settings)[0]).toMatchObject({ difference: { value: 0, low: 0, high: 0 }, p: 1, pHolm: 1 });
  });

  it('refuses other images, other labels, and nothing in common', () => {
    const own = many(1, 1);
    expect(() => comparePredictions(own, { ...own, images: own.images.slice(1) }, settings)).toThrow("Cannot compare the runs as they must have the same images to test on: 1 of the first's 120 are not among the second's 119");
    expect(() => comparePredictions(own, { ...own, images: own.images.map((image) => ({ ...image, labels: [0 as const] })) }, settings)).toThrow('Cannot compare the runs as their labels of nodule must be the same: current number of images with another label is ');
    expect(() => comparePredictions(own, { ...own, findings: ['mass'] }, settings)).toThrow('Cannot compare the runs as they have no finding in common: nodule against mass');
  });
});
