import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { knownLabels } from './findingLabels.ts';
import { patientFolds } from './patientFolds.ts';

// 40 images of 20 patients, every fifth patient positive in one image, and one image unknown
const patients = Array.from({ length: 40 }, (_, image) => `p${image >> 1}`);
const labels = patients.map((_, image) => (image % 10 === 0 ? 1 : 0));
const known = knownLabels('test', { name: 'finding', labels, known: labels.map((_, image) => (image === 3 ? 0 : 1)) }, 40);

describe('patientFolds', () => {
  const folds = patientFolds(known, patients, 5, createRng(3));

  it('holds every known image in one fold, and every patient in one', () => {
    expect(folds.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 39 }, (_, row) => row));
    const foldsOf = new Map<string, Set<number>>();
    folds.forEach((rows, fold) => {
      for (const row of rows) {
        const patient = patients[known.images[row] as number] as string;
        foldsOf.set(patient, (foldsOf.get(patient) ?? new Set()).add(fold));
      }
    });
    expect([...foldsOf.values()].every((in_) => in_.size === 1)).toBe(true);
  });

  it('deals rare positives out evenly: as many folds as positive patients, each with one of them', () => {
    expect(folds).toHaveLength(4);
    expect(folds.map((rows) => rows.filter((row) => known.labels[row]).length)).toEqual([1, 1, 1, 1]);
  });

  it('is empty where one kind has fewer than two patients', () => {
    const one = knownLabels('test', { name: 'finding', labels: [1, 1, 0, 0] }, 4);
    expect(patientFolds(one, ['a', 'a', 'b', 'c'], 5, createRng(3))).toEqual([]);
    expect(patientFolds(one, [undefined, undefined, undefined, undefined], 5, createRng(3))).toHaveLength(2);
  });
});
