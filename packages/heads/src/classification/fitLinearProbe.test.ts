import { counterUniform, expectClose } from '@cxr-ifa/testing';
import { createRng } from '@cxr-ifa/tensor';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { goldenProblem } from '../../test/goldenProblem.ts';
import { fitLinearProbe, parseLinearProbe, predictLinearProbe, type Features, type FindingLabels, type LogisticClassifier } from './index.ts';

interface Golden {
  logistic: { threshold: number; l2: number; masked: boolean; classWeights: 'none' | 'balanced'; positives: number; weights: number[]; bias: number; probabilities: number[] }[];
}
const golden = JSON.parse(readFileSync(new URL('../../golden/heads.json', import.meta.url), 'utf8')) as Golden;
const { features, margin } = goldenProblem(200);
const validationProblem = goldenProblem(220, 60);
const known = counterUniform(205, 90).map((u) => (u < 0.7 ? 1 : 0));
const above = (threshold: number, name = `above ${threshold}`): FindingLabels => ({ name, labels: margin.map((m) => (m > threshold ? 1 : 0)) });
const validation = { features: validationProblem.features, findings: [0, 2.5].map((threshold) => ({ ...above(threshold), labels: validationProblem.margin.map((m) => (m > threshold ? 1 : 0)) })) };
const classifierOf = (probe: ReturnType<typeof fitLinearProbe>, index = 0): LogisticClassifier => probe.findings[index]?.classifier as LogisticClassifier;
const first = (count: number): Features => ({ data: features.data.slice(0, count * 6), count, dimension: 6 });

describe('against scikit-learn', () => {
  it.each(golden.logistic)('finds the optimum: $positives positives, l2 $l2, unknown labels $masked, class weights $classWeights', async ({ threshold, l2, masked, classWeights, positives, weights, bias, probabilities }) => {
    const probe = fitLinearProbe(features, [{ ...above(threshold, 'finding'), ...(masked ? { known } : {}) }], { l2: [l2], classWeights, tolerance: 1e-9 });
    expect(probe.findings[0]).toMatchObject({ name: 'finding', positives });
    expect(classifierOf(probe)).toMatchObject({ l2, converged: true, candidates: [] });
    await expectClose(classifierOf(probe).weights, weights, { relative: 1e-5, absolute: 1e-5 });
    await expectClose(classifierOf(probe).bias, bias, { relative: 1e-5 });
    await expectClose(predictLinearProbe(probe, goldenProblem(210, 5).features).get('finding') as Float64Array, probabilities, { relative: 1e-5 });
  });
});

describe('fitLinearProbe', () => {
  it('fits findings one by one: neither the others nor what is unknown changes a classifier', () => {
    const garbage = { ...above(0), known, labels: above(0).labels as Float64Array };
    const changed = { ...garbage, labels: garbage.labels.map((label, image) => (known[image] ? label : NaN)) };
    const options = { l2: [1] };
    expect(fitLinearProbe(features, [above(2.5), changed], options).findings[1]).toEqual(fitLinearProbe(features, [garbage], options).findings[0]);
  });

  it('does not depend on the scale and offset of a feature', async () => {
    const moved = { ...features, data: features.data.map((x, i) => (i % 6 === 1 ? 8 * x + 16 : x)) };
    const options = { l2: [1], tolerance: 1e-9 };
    await expectClose(classifierOf(fitLinearProbe(moved, [above(0)], options)).weights, classifierOf(fitLinearProbe(features, [above(0)], options)).weights, { absolute: 1e-5 });
  });

  it('mirrors its weights when the classes change places', async () => {
    const mirrored = { name: 'mirrored', labels: margin.map((m) => (m > 0 ? 0 : 1)) };
    const probe = fitLinearProbe(features, [above(0), mirrored], { l2: [1], tolerance: 1e-10 });
    await expectClose(classifierOf(probe, 1).weights, classifierOf(probe).weights.map((w) => -w), { absolute: 1e-7 });
  });

  it('balances classes as if the rarer ones were copied until both are as many', async () => {
    const labels = Array.from({ length: 90 }, (_, image) => (image % 3 === 0 ? 1 : 0)); // 30 against 60
    const rows = labels.flatMap((label, image) => (label ? [image, image] : [image]));
    const copied = { data: Float32Array.from(rows.flatMap((row) => [...features.data.subarray(6 * row, 6 * row + 6)])), count: rows.length, dimension: 6 };
    const repeated = fitLinearProbe(copied, [{ name: 'a', labels: rows.map((row) => labels[row] as number) }], { l2: [1e-9], tolerance: 1e-10 });
    const balanced = fitLinearProbe(features, [{ name: 'a', labels }], { l2: [1e-9], classWeights: 'balanced', tolerance: 1e-10 });
    await expectClose(predictLinearProbe(balanced, features).get('a') as Float64Array, predictLinearProbe(repeated, features).get('a') as Float64Array, { absolute: 1e-5 });
  });

  it('stays finite where a plane separates the classes', () => {
    const separable = { name: 'separable', labels: Array.from({ length: 90 }, (_, i) => ((features.data[6 * i] as number) > 0 ? 1 : 0)) };
    const probe = fitLinearProbe(features, [separable], { l2: [1e-6], tolerance: 1e-9 });
    expect(classifierOf(probe).converged).toBe(true);
    expect(classifierOf(probe).weights.every(Number.isFinite)).toBe(true);
    const predicted = predictLinearProbe(probe, features).get('separable') as Float64Array;
    expect([...predicted].map((p) => (p > 0.5 ? 1 : 0))).toEqual(separable.labels);
    expect([...predicted].every((p) => p >= 0 && p <= 1)).toBe(true);
  });

  it('approaches the base rate as the penalty grows', async () => {
    const probe = fitLinearProbe(features, [above(2.5)], { l2: [1e12], tolerance: 1e-12 });
    await expectClose(predictLinearProbe(probe, features).get('above 2.5') as Float64Array, new Float64Array(90).fill(6 / 90), { relative: 1e-6 });
  });

  it('has no classifier, and predicts null, for a finding of one class', () => {
    const findings = [above(1e9, 'absent'), above(0), { ...above(0, 'known when present'), known: above(0).labels }];
    const probe = fitLinearProbe(features, findings, { l2: [1] });
    expect(probe.findings.map(({ name, positives, negatives, classifier }) => [name, positives, negatives, classifier === null])).toEqual([
      ['absent', 0, 90, true],
      ['above 0', 42, 48, false],
      ['known when present', 42, 0, true],
    ]);
    const predictions = predictLinearProbe(probe, features);
    expect([...predictions.keys()]).toEqual(['absent', 'above 0', 'known when present']);
    expect([predictions.get('absent'), predictions.get('known when present')]).toEqual([null, null]);
    expect(predictions.get('above 0')).toHaveLength(90);
  });

  it('goes through JSON without loss', () => {
    const probe = fitLinearProbe(features, [above(0), above(1e9)], { l2: [1] });
    expect(parseLinearProbe(JSON.stringify(probe))).toEqual(probe);
  });
});

describe('the choice of the penalty', () => {
  const l2 = [0.01, 1, 100, 1e4, 1e6];

  it('is the candidate with the lowest log loss on the validation set, refitted on the training set alone', async () => {
    const chosen = fitLinearProbe(features, [above(0), above(2.5)], { l2, selection: { validation } });
    for (const [index, threshold] of [0, 2.5].entries()) {
      const { candidates, l2: best } = classifierOf(chosen, index);
      expect(candidates.length).toBeGreaterThanOrEqual(3);
      for (const candidate of candidates) {
        const alone = fitLinearProbe(features, [above(threshold)], { l2: [candidate.l2] });
        const predicted = predictLinearProbe(alone, validation.features).get(`above ${threshold}`) as Float64Array;
        const { labels } = validation.findings[index] as FindingLabels;
        const loss = predicted.reduce((sum, p, image) => sum - Math.log(labels[image] ? p : 1 - p), 0) / 60;
        await expectClose(candidate.loss, loss, { relative: 1e-3 }); // candidates are compared at a looser tolerance
        if (candidate.l2 === best) expect({ ...classifierOf(alone), candidates }).toEqual(classifierOf(chosen, index));
      }
      expect(Math.min(...candidates.map(({ loss }) => loss))).toBe(candidates.find((candidate) => candidate.l2 === best)?.loss);
    }
  });

  it('by cross-validation is repeatable, and blind to a patient in two folds', () => {
    // Each patient's image is there five times, and no feature explains the labels: leaked, they would seem learnable and a weak penalty best
    const rng = createRng(5);
    const patients = Array.from({ length: 200 }, (_, image) => Math.floor(image / 5));
    const data = new Float32Array(200 * 30);
    for (let patient = 0; patient < 40; patient++) {
      const own = Float32Array.from({ length: 30 }, () => rng.normal());
      for (let image = 0; image < 5; image++) data.set(own, (patient * 5 + image) * 30);
    }
    const noise = { name: 'noise', labels: patients.map((patient) => patient % 2) };
    const many: Features = { data, count: 200, dimension: 30 };
    const fit = (grouped: boolean): LogisticClassifier => classifierOf(fitLinearProbe(many, [noise], { l2, selection: { patients: grouped ? patients : patients.map(() => undefined), rng: createRng(1) } }));
    expect(fit(true)).toEqual(fit(true));
    expect(fit(true).l2).toBeGreaterThanOrEqual(100);
    expect(Math.min(...fit(true).candidates.map(({ loss }) => loss))).toBeGreaterThan(0.65); // ln 2 is chance
    expect(fit(false).l2).toBeLessThanOrEqual(0.01);
    expect(Math.min(...fit(false).candidates.map(({ loss }) => loss))).toBeLessThan(0.1);
  });

  it.each([8, 12])('works on %i images', (count) => {
    const few: FindingLabels = { name: 'few', labels: (above(0).labels as Float64Array).slice(0, count) };
    const probe = fitLinearProbe(first(count), [few], { selection: { patients: Array.from({ length: count }, (_, image) => image), rng: createRng(1) } });
    expect(classifierOf(probe).converged).toBe(true);
    expect(classifierOf(probe).candidates.length).toBeGreaterThan(1);
    expect((predictLinearProbe(probe, features).get('few') as Float64Array).every((p) => p > 0 && p < 1)).toBe(true);
  });

  it('takes the strongest penalty where one patient has the finding, and says that nothing was compared', () => {
    const one = { name: 'one', labels: [1, 1, 0, 0, 0, 0, 0, 0] };
    const probe = fitLinearProbe(first(8), [one], { l2: [1, 10], selection: { patients: ['a', 'a', 'b', 'c', 'd', 'e', 'f', 'g'], rng: createRng(1) } });
    expect(classifierOf(probe)).toMatchObject({ l2: 10, candidates: [], converged: true });
  });

  it('holds back what did not converge', () => {
    expect(classifierOf(fitLinearProbe(features, [above(0)], { l2: [1], maxIterations: 2 })).converged).toBe(false);
  });
});

describe('errors', () => {
  const short: Features = { ...features, count: 89 };
  it('names what is wrong', () => {
    expect(() => fitLinearProbe(features, [above(0)])).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot fit a linear probe as choosing among 7 values of l2 needs a selection: current value is undefined; give a validation set, patients to cross-validate over, or one l2]`);
    expect(() => fitLinearProbe(features, [above(0)], { l2: [0] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot fit a linear probe as l2 must be positive and finite: current value is 0]`);
    expect(() => fitLinearProbe(features, [above(0)], { l2: [] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot fit a linear probe as at least one l2 is needed: current count is 0]`);
    expect(() => fitLinearProbe(short, [above(0)], { l2: [1] })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot fit a linear probe as features must have 89 x 6 values: current length is 540]`);
    expect(() => fitLinearProbe(first(8), [above(0)], { l2: [1] })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot fit a linear probe as labels of above 0 must have one value for each of 8 images: current length is 90]`);
    expect(() => fitLinearProbe(features, [above(0), above(0)], { l2: [1] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot fit a linear probe as findings must have different names: above 0 appears twice]`);
    expect(() => fitLinearProbe(features, [], { l2: [1] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot fit a linear probe as at least one finding is needed: current count is 0]`);
    expect(() => fitLinearProbe(features, [{ name: 'a', labels: margin }], { l2: [1] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot fit a linear probe as known labels of a must be 0 or 1: current value of image 0 is 1.6204963594209403]`);
    expect(() => fitLinearProbe({ ...features, data: features.data.map((x, i) => (i === 8 ? NaN : x)) }, [above(0)], { l2: [1] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot fit a linear probe as features must be finite: current value of dimension 2 of image 1 is NaN]`);
    expect(() => fitLinearProbe(features, [above(0, 'elsewhere')], { selection: { validation } })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot fit a linear probe as the validation set must know every finding: elsewhere has no known label there]`);
    expect(() => fitLinearProbe(features, [above(0)], { selection: { patients: ['a'], rng: createRng(1) } })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot fit a linear probe as patients must have one value for each of 90 images: current length is 1]`);
    expect(() => predictLinearProbe(fitLinearProbe(features, [above(0)], { l2: [1] }), { data: new Float32Array(5), count: 1, dimension: 5 })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot predict with a linear probe as features must have 6 dimensions: current dimension is 5]`);
  });

  it('refuses a file that is no probe', () => {
    const probe = fitLinearProbe(features, [above(0)], { l2: [1] });
    const spoilt = (change: (copy: any) => void): string => {
      const copy = JSON.parse(JSON.stringify(probe));
      change(copy);
      return JSON.stringify(copy);
    };
    expect(() => parseLinearProbe('{')).toThrow(/^Cannot read a linear probe as it must be JSON: /);
    for (const json of ['null', '[]', '3']) expect(() => parseLinearProbe(json)).toThrow('it must be a JSON object');
    expect(() => parseLinearProbe(spoilt((copy) => (copy.dimension = 1e9)))).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read a linear probe as mean must hold 1000000000 numbers]`);
    expect(() => parseLinearProbe(spoilt((copy) => (copy.deviation[0] = 0)))).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read a linear probe as deviation must hold 6 positive numbers]`);
    expect(() => parseLinearProbe(spoilt((copy) => (copy.findings = {})))).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read a linear probe as findings must be a list]`);
    expect(() => parseLinearProbe(spoilt((copy) => copy.findings.push(copy.findings[0])))).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read a linear probe as every finding must have a name of its own]`);
    expect(() => parseLinearProbe(spoilt((copy) => (copy.findings[0].positives = -1)))).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read a linear probe as the counts of above 0 must be non-negative integers]`);
    expect(() => parseLinearProbe(spoilt((copy) => copy.findings[0].classifier.weights.pop()))).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read a linear probe as the weights of above 0 must be 6 numbers, or its classifier null]`);
    expect(() => parseLinearProbe(spoilt((copy) => delete copy.findings[0].classifier))).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read a linear probe as the weights of above 0 must be 6 numbers, or its classifier null]`);
    expect(() => parseLinearProbe(spoilt((copy) => (copy.findings[0].classifier.bias = '0')))).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read a linear probe as the classifier of above 0 must have bias, l2 and converged]`);
    expect(() => parseLinearProbe(spoilt((copy) => (copy.findings[0].classifier.candidates = [{}])))).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read a linear probe as the candidates of above 0 must be a list of l2 and loss]`);
  });
});
