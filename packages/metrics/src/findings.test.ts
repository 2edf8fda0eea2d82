import { counterNormal, counterUniform, expectClose } from '@cxr-ifa/testing';
import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { ageBand } from './ageBand.ts';
import { auroc } from './auroc.ts';
import { aurocStatistic } from './aurocStatistic.ts';
import { bootstrapDraws } from './bootstrapDraws.ts';
import { brierScore } from './brierScore.ts';
import { macroAverage } from './macroAverage.ts';
import { macroBootstrap } from './macroBootstrap.ts';
import { patientBootstrap } from './patientBootstrap.ts';
import { perFinding } from './perFinding.ts';
import { restrictTo } from './restrictTo.ts';
import { subgroupTable } from './subgroupTable.ts';
import type { WeightedStatistic } from './weightedStatistic.ts';

const length = 300;
const patients = counterUniform(500, length).map((u) => Math.floor(120 * u));
const labels = counterUniform(501, length).map((u) => (u < 0.4 ? 1 : 0));
const scores = counterNormal(502, length).map((x, i) => x + (labels[i] as number));
const other = counterNormal(503, length).map((x, i) => x + (labels[i] as number));
const none = new Uint8Array(length);

describe('findings', () => {
  it('average over those with a value and say which', () => {
    expect(macroAverage({ effusion: 0.75, nodule: 0.25, hernia: undefined })).toEqual({ value: 0.5, over: ['effusion', 'nodule'] });
    expect(macroAverage({ hernia: undefined })).toEqual({ value: undefined, over: [] });
    const { findings, macro, over } = perFinding({ first: { scores, labels }, second: { scores: other, labels }, hernia: { scores, labels: none } }, auroc);
    expect(findings).toEqual({ first: auroc(scores, labels), second: auroc(other, labels), hernia: undefined });
    expect(macro).toBe(((findings.first as number) + (findings.second as number)) / 2);
    expect(over).toEqual(['first', 'second']);
    const known = labels.map((_, i) => i % 2);
    expect(perFinding({ half: { scores: scores.map((x) => 1 / (1 + Math.exp(-x))), labels, known } }, brierScore).findings.half).toBe(brierScore(scores.map((x) => 1 / (1 + Math.exp(-x))), labels, { known }));
  });

  it('have the intervals of the plain bootstrap, and a macro interval from the same draws', async () => {
    const statistics = { first: aurocStatistic(scores, labels), second: aurocStatistic(other, labels), hernia: aurocStatistic(scores, none) };
    const options = { samples: 200, confidence: 0.9 };
    const { findings, macro, over } = macroBootstrap(statistics, patients, { rng: createRng(3), ...options });
    expect(findings).toEqual(patientBootstrap(statistics, patients, { rng: createRng(3), ...options }));
    const mean: WeightedStatistic = (weights) => ((statistics.first(weights) as number) + (statistics.second(weights) as number)) / 2;
    const expected = patientBootstrap({ mean }, patients, { rng: createRng(3), ...options }).mean;
    await expectClose([macro.value, macro.low, macro.high] as number[], [expected.value, expected.low, expected.high] as number[], { relative: 1e-14 });
    const bca = macroBootstrap(statistics, patients, { rng: createRng(3), ...options, interval: 'bca' }).macro;
    const expectedBca = patientBootstrap({ mean }, patients, { rng: createRng(3), ...options, interval: 'bca' }).mean;
    await expectClose([bca.low, bca.high] as number[], [expectedBca.low, expectedBca.high] as number[], { relative: 1e-12 });
    expect(over).toEqual(['first', 'second']);
    expect([findings.hernia.value, macro.samples]).toEqual([undefined, 200]);
  });

  it('leave a draw out of the macro interval where a finding loses its value', () => {
    const rare = aurocStatistic([3, 1, 2, 1, 2], [1, 0, 0, 0, 0]);
    const common = aurocStatistic([3, 1, 2, 1, 2], [1, 0, 1, 0, 1]);
    const { rare: draws } = bootstrapDraws({ rare }, [1, 2, 3, 4, 5], { rng: createRng(4), samples: 500 });
    const { macro } = macroBootstrap({ rare, common }, [1, 2, 3, 4, 5], { rng: createRng(4), samples: 500 });
    expect(macro.undefinedSamples).toBeGreaterThanOrEqual(draws.draws.filter(Number.isNaN).length);
    expect(macro.undefinedSamples).toBeGreaterThan(100);
    expect(macroBootstrap({ nothing: aurocStatistic([1, 2], [0, 0]) }, [1, 2], { rng: createRng(1), samples: 5 }).macro).toEqual({ value: undefined, low: undefined, high: undefined, samples: 0, undefinedSamples: 5 });
  });
});

describe('subgroups', () => {
  const sex = counterUniform(504, length).map((u) => (u < 0.5 ? 1 : 2));
  const view = Array.from(counterUniform(505, length), (u) => (u < 0.3 ? undefined : u < 0.6 ? 'AP' : 'PA'));

  it('have the statistic of their images alone', () => {
    const rows = subgroupTable(aurocStatistic(scores, labels), { view, sex: Array.from(sex) }, patients, { rng: createRng(5), samples: 100 });
    expect(rows.map(({ attribute, level }) => [attribute, level])).toEqual([['view', 'AP'], ['view', 'PA'], ['view', undefined], ['sex', 1], ['sex', 2]]);
    for (const { attribute, level, value, images, patients: count, low, high } of rows) {
      const members = Array.from(labels.keys()).filter((i) => (attribute === 'view' ? view[i] : sex[i]) === level);
      expect(value).toBe(auroc(members.map((i) => scores[i] as number), members.map((i) => labels[i] as number)));
      expect(images).toBe(members.length);
      expect(count).toBe(new Set(members.map((i) => patients[i])).size);
      expect(low).toBeLessThan(value as number);
      expect(high).toBeGreaterThan(value as number);
    }
  });

  it('restrict any statistic, and refuse columns that do not fit', () => {
    const count: WeightedStatistic = (weights) => Array.from(weights).reduce((a, b) => a + b);
    expect(restrictTo(count, [true, false, true])([1, 5, 2])).toBe(3);
    expect(() => restrictTo(count, [1, 0])([1])).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot restrict a statistic as a draw must have one weight for each of 2 images: current length is 1]`);
    expect(() => subgroupTable(count, { view: ['AP'] }, [1, 2], { rng: createRng(1) })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot make subgroups as view must have one level for each of 2 images: current length is 1]`);
  });

  it('name ages by their band, which sort by age', () => {
    expect([0, 17.9, 18, 39.9, 80, 101, undefined].map((years) => ageBand(years))).toEqual(['0 to 17', '0 to 17', '18 to 39', '18 to 39', '80 and over', '80 and over', undefined]);
    const bands = [85, 50, 3, 20, 8].map((years) => ageBand(years, [5, 18, 40, 80]));
    const rows = subgroupTable(() => 1, { age: bands }, [1, 2, 3, 4, 5], { rng: createRng(1), samples: 2 });
    expect(rows.map(({ level }) => level)).toEqual(['0 to 4', '5 to 17', '18 to 39', '40 to 79', '80 and over']);
    expect(() => ageBand(-1)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot name an age band as the age must not be negative: current value is -1]`);
    expect(() => ageBand(5, [40, 18])).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot name an age band as the edges must be positive and ascend: current value is 40, 18]`);
  });
});
