import { describe, expect, it } from 'vitest';
import type { CellPredictions } from './cellPredictions.ts';
import { compareCells, evaluateCell } from './evaluateCell.ts';

// Twelve patients with an image each: by the first probe all pairs are in order, by the second one of 36 is not
const labels = Array.from({ length: 12 }, (_, image) => [(image < 6 ? 0 : 1) as 0 | 1, null]);
const ordered = labels.map((_, image) => (image + 1) / 13);
const swapped = ordered.map((value, image) => (image === 5 ? (ordered[6] as number) : image === 6 ? (ordered[5] as number) : value));
const cell = (...columns: number[][]): CellPredictions => [
  {
    task: 'nodules',
    splitHash: 'abc',
    findings: ['nodule', 'unlabelled'],
    patients: labels.map((_, image) => image),
    labels,
    probes: columns.map((column, index) => ({ method: 'linear', fraction: 0.1, draw: index + 1, trainingImages: 10 + index, probabilities: [column, null] })),
  },
];

describe('evaluateCell', () => {
  it('means AUROC over draws, with an interval over patients', () => {
    const [nodule, unlabelled] = evaluateCell(cell(ordered, swapped), 200);
    expect(nodule).toMatchObject({ task: 'nodules', finding: 'nodule', method: 'linear', fraction: 0.1, draws: [1, 35 / 36], trainingImages: 11, positives: 6, negatives: 6 });
    expect(nodule?.auroc.value).toBeCloseTo((1 + 35 / 36) / 2, 12);
    expect(nodule?.auroc.low).toBeLessThan(nodule?.auroc.value as number);
    expect(nodule?.auroc.high).toBeLessThanOrEqual(1);
    expect(unlabelled).toMatchObject({ auroc: { value: null, low: null, high: null }, draws: [null, null], positives: 0, negatives: 0 });
  });
});

describe('compareCells', () => {
  it('is the mean difference over seeds and draws, and 0 of a cell to itself', () => {
    const [difference] = compareCells([cell(ordered), cell(ordered)], [cell(swapped), cell(ordered)], 200);
    expect(difference).toMatchObject({ task: 'nodules', finding: 'nodule', method: 'linear', fraction: 0.1 });
    expect(difference?.difference.value).toBeCloseTo(1 / 72, 12);
    const [none] = compareCells([cell(swapped)], [cell(swapped)], 200);
    expect(none?.difference).toEqual({ value: 0, low: 0, high: 0 });
  });

  it('has an interval over draws and seeds too: what they differ in widens it', () => {
    const reversed = [...ordered].reverse();
    const width = (...cells: CellPredictions[]): number => {
      const { low, high } = compareCells(cells, cells.map(() => cell(swapped, swapped)), 400)[0]?.difference ?? {};
      return (high as number) - (low as number);
    };
    const alike = width(cell(ordered, ordered), cell(ordered, ordered));
    expect(width(cell(ordered, reversed), cell(ordered, reversed))).toBeGreaterThan(alike + 0.5); // draws differ
    expect(width(cell(ordered, ordered), cell(reversed, reversed))).toBeGreaterThan(alike + 0.5); // seeds differ
  });

  it('does not compare different test images', () => {
    const other = cell(ordered).map((task) => ({ ...task, splitHash: 'def' }));
    expect(compareCells([cell(ordered)], [other], 10)).toEqual([]);
  });
});
