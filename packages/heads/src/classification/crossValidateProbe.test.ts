import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { crossValidateProbe } from './crossValidateProbe.ts';
import { fitLinearProbe } from './fitLinearProbe.ts';
import { predictLinearProbe } from './predictLinearProbe.ts';
import { selectFeatures } from './selectFeatures.ts';

const [count, dimension] = [60, 6];
const patients = Array.from({ length: count }, (_, image) => `p${image >> 1}`);
const labels = patients.map((_, image) => ((image >> 1) % 3 === 0 ? 1 : 0));

/** Noise, to which `signal` times the label is added in the first dimension. */
function featuresWith(signal: number, own = 0) {
  const rng = createRng(1);
  const ofPatient = patients.map((_, image) => Array.from({ length: dimension }, () => own * createRng(image >> 1).fork('own').normal()));
  const data = Float32Array.from({ length: count * dimension }, (_, index) => {
    const [image, d] = [Math.floor(index / dimension), index % dimension];
    return rng.normal() + (d === 0 ? signal * (labels[image] as number) : 0) + (ofPatient[image]?.[d] ?? 0);
  });
  return { data, count, dimension };
}

/** The share of pairs of a positive and a negative that are in order. */
function ranked(scores: Float64Array, predicted: Uint8Array): number {
  let [right, pairs] = [0, 0];
  for (const [i, a] of labels.entries()) {
    for (const [j, b] of labels.entries()) {
      if (a !== 1 || b !== 0 || !predicted[i] || !predicted[j]) continue;
      pairs++;
      right += scores[i]! > scores[j]! ? 1 : scores[i] === scores[j] ? 0.5 : 0;
    }
  }
  return right / pairs;
}

describe('crossValidateProbe', () => {
  it('predicts every known image, each by a probe that saw none of its patient', () => {
    const features = featuresWith(2);
    const known = labels.map((_, image) => (image === 7 ? 0 : 1));
    const held = crossValidateProbe(features, [{ name: 'Square', labels, known }], { patients, rng: createRng(2), l2: [1] }).get('Square');
    expect(held?.folds).toBe(5);
    expect(Array.from(held?.predicted ?? [])).toEqual(known);
    expect(held?.scores[7]).toBe(0);
    expect(ranked(held!.scores, held!.predicted)).toBeGreaterThan(0.85); // the signal alone gives 0.92
  });

  it('is what leaving patients out by hand gives', () => {
    const features = selectFeatures(featuresWith(1), [0, 1, 2, 6, 8, 10]); // two positive patients: two folds
    const own = [1, 1, 0, 1, 0, 0];
    const of = ['a', 'a', 'b', 'c', 'd', 'e'];
    const held = crossValidateProbe(features, [{ name: 'Square', labels: own }], { patients: of, rng: createRng(3), l2: [1] }).get('Square');
    expect(held?.folds).toBe(2);
    const withA = of.map((_, image) => image).filter((image) => Math.abs((held?.scores[image] ?? 0) - predictionWithout(image)) < 1e-9);
    expect(withA).toHaveLength(6);

    /** What a probe without the image's fold says of it: of all ways to deal the negatives out, one must agree. */
    function predictionWithout(image: number): number {
      const fold = new Set([of[image]]);
      const others = [...new Set(of)].filter((patient) => patient !== of[image]);
      for (let choice = 0; choice < 2 ** others.length; choice++) {
        const out = new Set([...fold, ...others.filter((_, index) => (choice >> index) & 1)]);
        const rows = of.flatMap((patient, row) => (out.has(patient) ? [] : [row]));
        const rest = rows.map((row) => own[row] as number);
        if (!rest.includes(1) || !rest.includes(0)) continue;
        const probe = fitLinearProbe(selectFeatures(features, rows), [{ name: 'Square', labels: rest }], { l2: [1] });
        const [found = NaN] = predictLinearProbe(probe, selectFeatures(features, [image])).get('Square') as Float64Array;
        const positives = rest.filter((label) => label === 1).length;
        const score = Math.log(found / (1 - found)) - Math.log(positives / (rest.length - positives));
        if (Math.abs(score - (held?.scores[image] ?? 0)) < 1e-9) return score;
      }
      return NaN;
    }
  });

  it('is at chance for what cannot be told: neither led astray by images of one patient that are alike, nor below by the base rates of folds', () => {
    const mean = (own: number): number => {
      const found = [1, 2, 3, 4, 5, 6].map((seed) => {
        const held = crossValidateProbe(featuresWith(0, own), [{ name: 'Square', labels }], { patients, rng: createRng(seed) }).get('Square');
        return ranked(held!.scores, held!.predicted);
      });
      return found.reduce((sum, value) => sum + value / found.length, 0);
    };
    for (const own of [0, 3]) {
      expect(mean(own)).toBeGreaterThan(0.3);
      expect(mean(own)).toBeLessThan(0.65); // probes that had seen the patients would be near 1
    }
  });

  it('says null where there is nothing to hold out, and the same again of the same seed', () => {
    const features = featuresWith(1);
    const one = labels.map((_, image) => (image < 2 ? 1 : 0));
    expect(crossValidateProbe(features, [{ name: 'Rare', labels: one }], { patients, rng: createRng(1) }).get('Rare')).toBeNull();
    const run = () => crossValidateProbe(features, [{ name: 'Square', labels }], { patients, rng: createRng(4), l2: [10] });
    expect(run()).toEqual(run());
  });

  it('refuses what does not fit', () => {
    const features = featuresWith(1);
    expect(() => crossValidateProbe(features, [{ name: 'Square', labels }], { patients: ['a'], rng: createRng(1) })).toThrow('patients must have one value for each of 60 images');
    expect(() => crossValidateProbe(features, [{ name: 'Square', labels }], { patients, rng: createRng(1), folds: 1 })).toThrow('folds must be an integer of at least 2: current value is 1');
  });
});
