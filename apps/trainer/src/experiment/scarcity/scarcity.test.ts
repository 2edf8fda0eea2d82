import { mkdtempSync, appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyLabelPolicy } from '@cxr-ifa/datasets';
import { selectFeatures } from '@cxr-ifa/heads/classification';
import { counterNormal, counterUniform } from '@cxr-ifa/testing';
import { createRng, type ImageRecord } from '@cxr-ifa/tensor';
import { afterAll, describe, expect, it } from 'vitest';
import { labelColumns } from '../../classify/labelColumns.ts';
import { openCells, type CellKey } from './cellStore.ts';
import { drawShares, drawThinned } from './draw.ts';
import { formatLevel } from './formatLevel.ts';
import { principalComponents } from './principalComponents.ts';
import { probeCachedFeatures } from './probeCachedFeatures.ts';
import { summariseLevel } from './summarise.ts';

const records = Array.from({ length: 80 }, (_, image): ImageRecord => ({ path: `${image}.png`, patient: `p${image >> 1}`, findings: { a: image % 4 === 0 ? 1 : 0, b: image < 20 ? 'unmentioned' : image % 8 === 1 ? 1 : 0 } }));
const matrix = applyLabelPolicy(records, { uncertain: 'u-ignore', blank: 'unknown' }, ['a', 'b']);
const trainRows = records.map((_, row) => row).filter((row) => row < 60);
const options = { records, trainRows, matrix, repeats: 3, rng: createRng(1) };
const patientsIn = (rows: readonly number[]): Set<string> => new Set(rows.map((row) => records[row]?.patient as string));

describe('draws', () => {
  it('take whole patients, smaller shares within larger ones, all of them once', () => {
    const draws = drawShares({ ...options, levels: [0.1, 0.5, 1] });
    expect(draws.map(({ level, repeat, isAll }) => [level, repeat, isAll])).toEqual([[0.1, 0, false], [0.1, 1, false], [0.1, 2, false], [0.5, 0, false], [0.5, 1, false], [0.5, 2, false], [1, 0, true]]);
    for (const { level, rows } of draws) {
      expect(patientsIn(rows).size).toBe(Math.round(30 * level));
      expect(rows).toHaveLength(2 * Math.round(30 * level));
      expect(rows.every((row) => row < 60)).toBe(true);
    }
    for (const repeat of [0, 1, 2]) expect((draws[repeat]?.rows ?? []).every((row) => draws[3 + repeat]?.rows.includes(row))).toBe(true);
    expect(draws[0]?.rows).not.toEqual(draws[1]?.rows);
  });

  it('thin positives to the ratio and keep every negative; what has not enough keeps all, once', () => {
    const draws = drawThinned({ ...options, levels: [0.1, 5] });
    expect(draws.map(({ findings: [finding], level, repeat, isAll }) => [finding, level, repeat, isAll])).toEqual([['a', 0.1, 0, false], ['a', 0.1, 1, false], ['a', 0.1, 2, false], ['a', 5, 0, true], ['b', 0.1, 0, false], ['b', 0.1, 1, false], ['b', 0.1, 2, false], ['b', 5, 0, true]]);
    const count = (rows: readonly number[], finding: string, label: number): number => rows.filter((row) => records[row]?.findings[finding] === label).length;
    for (const { findings, level, rows } of draws) {
      const finding = findings[0] as string;
      const negatives = trainRows.filter((row) => records[row]?.findings[finding] === 0).length;
      expect(count(rows, finding, 0)).toBe(negatives);
      expect(count(rows, finding, 1)).toBe(level === 5 ? count(trainRows, finding, 1) : Math.round(0.1 * negatives));
      expect(rows).toEqual([...rows].sort((x, y) => x - y));
    }
  });

  it('are the same for the same seed, whatever else is drawn', () => {
    const alone = drawShares({ ...options, levels: [0.5], repeats: 2 });
    expect(alone).toEqual(drawShares({ ...options, levels: [0.1, 0.5], repeats: 3 }).filter(({ level, repeat }) => level === 0.5 && repeat < 2));
  });
});

describe('probeCachedFeatures', () => {
  it('learns what the drawn rows show, and nothing from one class', () => {
    const features = { data: Float32Array.from(counterNormal(5, 160), (x, i) => x * 0.3 + (i % 2 === 0 && (i >> 1) % 4 === 0 ? 2 : 0)), count: 80, dimension: 2 };
    const cached = { features, records, matrix };
    const probe = probeCachedFeatures(cached, { rows: trainRows, findings: ['a'], classWeights: 'balanced', rng: createRng(1) });
    expect(probe.findings[0]?.classifier?.weights[0]).toBeGreaterThan(1);
    const validated = probeCachedFeatures(cached, { rows: trainRows.slice(0, 40), findings: ['a'], validationRows: trainRows.slice(40), classWeights: 'none', rng: createRng(1) });
    expect(validated.findings[0]?.classifier?.candidates.length).toBeGreaterThan(1);
    expect(probeCachedFeatures(cached, { rows: [1, 2, 3, 5], findings: ['a'], classWeights: 'none', rng: createRng(1) }).findings[0]?.classifier).toBeNull();
    expect([...selectFeatures(features, [3, 0]).data]).toEqual([...features.data.slice(6, 8), ...features.data.slice(0, 2)]);
    expect(labelColumns(matrix, [0, 25, 1], ['b', 'a'])).toEqual([{ name: 'b', labels: [0, 1, 0], known: [0, 1, 0] }, { name: 'a', labels: [1, 0, 0], known: [1, 1, 1] }]);
  });
});

describe('principalComponents', () => {
  it('finds the directions of the largest variances, of the rows that it is fitted on', () => {
    const scales = [0.1, 3, 1, 0.2];
    const data = Float32Array.from(counterNormal(9, 400), (x, i) => x * (scales[i % 4] as number) + 5);
    const { count, dimension, data: projected } = principalComponents({ data, count: 100, dimension: 4 }, Array.from({ length: 90 }, (_, row) => row), { count: 2 });
    expect([count, dimension]).toEqual([100, 2]);
    const variance = (values: number[]): number => values.reduce((sum, x) => sum + (x - values.reduce((a, b) => a + b, 0) / values.length) ** 2, 0) / values.length;
    const column = (values: Float32Array, width: number, d: number): number[] => Array.from({ length: 90 }, (_, row) => values[row * width + d] as number);
    const explained = variance(column(projected, 2, 0)) + variance(column(projected, 2, 1));
    expect(explained).toBeGreaterThanOrEqual(variance(column(data, 4, 1)) + variance(column(data, 4, 2))); // no two axes hold more than the two components
    expect(explained).toBeLessThan([0, 1, 2, 3].reduce((sum, d) => sum + variance(column(data, 4, d)), 0));
    expect(() => principalComponents({ data, count: 100, dimension: 4 }, [0, 1], { count: 2 })).toThrow('Cannot take 2 principal components as there must be more images than that: current number is 2 of 4 pixels');
  });
});

describe('summariseLevel', () => {
  const count = 120;
  const labels = Array.from(counterUniform(1, count), (u) => (u < 0.4 ? 1 : 0));
  const patients = labels.map((_, image) => `p${image >> 1}`);
  const noise = (stream: number, signal: number): Float32Array => Float32Array.from(counterNormal(stream, count), (x, i) => x + signal * (labels[i] as number));
  const judge = (encoders: Parameters<typeof summariseLevel>[0]) => summariseLevel(encoders, { labels, known: labels.map(() => 1), patients, baseline: 'chance', samples: 400, confidence: 0.95, rng: createRng(3) });

  it('calls best what is beyond the noise, and nothing where all are alike', () => {
    const [good, chance] = judge([{ name: 'good', logits: [noise(1, 3), noise(2, 3)] }, { name: 'chance', logits: [noise(3, 0), noise(4, 0)] }]);
    expect(good).toMatchObject({ isBest: true, byDraw: [expect.any(Number), expect.any(Number)] });
    expect(good?.difference?.low).toBeGreaterThan(0.2);
    expect(good?.auroc.value).toBeCloseTo(((good?.byDraw[0] as number) + (good?.byDraw[1] as number)) / 2, 12);
    expect(chance).toMatchObject({ isBest: false, difference: null });
    expect(judge([{ name: 'a', logits: [noise(5, 1)] }, { name: 'chance', logits: [noise(6, 1)] }]).some(({ isBest }) => isBest)).toBe(false);
    expect(judge([{ name: 'alone', logits: [noise(5, 1)] }])[0]).toMatchObject({ isBest: false, difference: null });
  });

  it('pairs: the same predictions differ by nothing, and what draws differ in widens the interval', () => {
    const same = judge([{ name: 'a', logits: [noise(7, 1)] }, { name: 'chance', logits: [noise(7, 1)] }]);
    expect(same[0]?.difference).toEqual({ value: 0, low: 0, high: 0 });
    const width = (logits: Float32Array[]): number => {
      const auroc = judge([{ name: 'chance', logits }])[0]?.auroc;
      return (auroc?.high as number) - (auroc?.low as number);
    };
    expect(width([noise(8, 3), noise(8, 0)])).toBeGreaterThan(1.5 * width([noise(8, 1.5), noise(8, 1.5)]));
  });

  it('leaves a draw out that could not be trained, of all encoders', () => {
    const [a, chance] = judge([{ name: 'a', logits: [null, noise(9, 1)] }, { name: 'chance', logits: [noise(10, 0), noise(11, 0)] }]);
    expect(a?.byDraw[0]).toBeNull();
    expect(chance?.auroc.value).toBe(chance?.byDraw[1]);
    expect(judge([{ name: 'a', logits: [null] }])[0]?.auroc).toEqual({ value: null, low: null, high: null });
  });
});

describe('openCells', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const key: CellKey = { encoder: 'x', method: 'linear', handling: 'none', level: 0.1, repeat: 0, findings: ['a', 'b'], settings: {} };
  const cell = { name: 'x', method: 'linear', handling: 'none', level: 0.1, repeat: 0, trainingImages: 4, trainingPatients: 2, seconds: 1, findings: ['a', 'b'].map((finding) => ({ finding, positives: 1, negatives: 3, auroc: 0.7, auprc: null, balancedAccuracy: 0.5 })) } as const;

  it('keeps cells over a crash: a torn line is of no cell', async () => {
    const out = join(folder, 'run');
    const store = await openCells(out, { seed: 1 });
    expect(store.find(key)).toBeUndefined();
    await store.add(key, cell, [Float64Array.of(1, -2, 3), null]);
    store.close();
    appendFileSync(join(out, 'cells.jsonl'), '{"id":"to'); // killed while it wrote
    const again = await openCells(out, { seed: 1 });
    const found = again.find(key);
    expect(found).toMatchObject(cell);
    expect(await again.readLogits(found as NonNullable<typeof found>)).toEqual([Float32Array.of(1, -2, 3), null]);
    expect(again.find({ ...key, settings: { steps: 5 } })).toBeUndefined();
    await again.add({ ...key, repeat: 1 }, { ...cell, repeat: 1 }, [null, null]);
    again.close();
    const third = await openCells(out, { seed: 1 });
    expect([third.find(key), third.find({ ...key, repeat: 1 })].every((own) => own !== undefined)).toBe(true);
    third.close();
    expect(readFileSync(join(out, 'cells.jsonl'), 'utf8').split('\n')).toHaveLength(4);
  });

  it('refuses another experiment, and a folder of something else', async () => {
    await expect(openCells(join(folder, 'run'), { seed: 2 })).rejects.toThrow('its images, labels, splits and seed must be the same: choose another --out');
    writeFileSync(join(folder, 'notes.txt'), '');
    await expect(openCells(folder, { seed: 1 })).rejects.toThrow('it must be empty, or hold an experiment to go on with: choose another --out');
  });
});

describe('formatLevel', () => {
  it('reads as people do', () => {
    expect([0.01, 0.5, 1].map((level) => formatLevel('scarcity', level))).toEqual(['1 %', '50 %', '100 %']);
    expect([0.02, 0.3, 1, 2].map((level) => formatLevel('imbalance', level))).toEqual(['1 : 50', '1 : 3.33', '1 : 1', '2 : 1']);
  });
});
