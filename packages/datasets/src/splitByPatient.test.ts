import { createRng, type ImageRecord } from '@cxr-ifa/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPatientOverlap, patientsOf, splitByPatient } from './index.ts';

const records = Array.from({ length: 300 }, (_, i): ImageRecord => ({ path: `${i}.png`, ...(i % 10 !== 0 && { patient: `p${i % 97}` }), findings: {} }));
const split = (of: readonly ImageRecord[], seed = 1): Map<string, string> => new Map(splitByPatient(of, { fractions: { train: 0.7, val: 0.1, test: 0.2 }, rng: createRng(seed) }).map((record) => [record.path, record.split as string]));

describe('splitByPatient', () => {
  it('puts all images of a patient in one part', () => {
    const parts = split(records);
    for (const own of patientsOf(records).values()) expect(new Set(own.map(({ path }) => parts.get(path))).size).toBe(1);
  });

  it('cuts the patients at the fractions', () => {
    const patients = [...patientsOf(records).values()];
    const parts = split(records);
    const count = (name: string): number => patients.filter(([first]) => parts.get(first!.path) === name).length;
    expect([count('train'), count('val'), count('test')]).toEqual([0.7, 0.8, 1].map((f) => Math.round(f * patients.length)).map((end, i, ends) => end - (ends[i - 1] ?? 0)));
  });

  it('depends on the seed and not on the order of the records', () => {
    expect(split([...records].reverse())).toEqual(new Map([...split(records)].reverse()));
    expect(split(records, 2)).not.toEqual(split(records));
  });

  it('moves few patients when others come in', () => {
    const more = split([...records, ...Array.from({ length: 10 }, (_, i): ImageRecord => ({ path: `new${i}.png`, findings: {} }))]);
    const before = split(records);
    const moved = records.filter(({ path }) => before.get(path) !== more.get(path)).length;
    expect(moved).toBeLessThan(30);
  });

  it('keeps a patient and an image of the same name apart', () => {
    expect(patientsOf([{ path: 'a', findings: {} }, { path: 'b', patient: 'a', findings: {} }]).size).toBe(2);
  });

  it('refuses fractions that are none', () => {
    const fractions = { train: 0.8, test: 0.1 };
    expect(() => splitByPatient(records, { fractions, rng: createRng(1) })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot split by patient as the fractions must be positive and add up to 1: current value is {"train":0.8,"test":0.1}]`);
    expect(() => splitByPatient(records, { fractions: { train: 1.5, test: -0.5 }, rng: createRng(1) })).toThrow(RangeError);
  });

  it('never lets two parts share a patient, and leaves out no record', () => {
    const some = fc.array(fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }), { maxLength: 120 });
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 98 }), (patients, seed, percent) => {
        const given = patients.map((patient, row): ImageRecord => ({ path: `${row}.png`, ...(patient !== undefined && { patient: `p${patient}` }), findings: {} }));
        const fractions = { train: percent / 100, val: 0.01, test: 0.99 - percent / 100 };
        const divided = splitByPatient(given, { fractions, rng: createRng(seed) });
        const parts = Object.fromEntries(Object.keys(fractions).map((name) => [name, divided.filter((record) => record.split === name)]));
        expect(findPatientOverlap(parts)).toEqual([]);
        expect(Object.values(parts).reduce((sum, { length }) => sum + length, 0)).toBe(given.length);
        expect(divided.map(({ path }) => path)).toEqual(given.map(({ path }) => path));
      }),
    );
  });
});
