import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findPatientOverlap, plainCsvRecords, type RecordSelection } from './index.ts';

describe('findPatientOverlap', () => {
  it('names shared patients with their images in each part, and leaves out images without one', () => {
    const parts = { train: [{ patient: 'b' }, { patient: 'a' }, { patient: 'a' }, {}], val: [{ patient: 'c' }, {}], test: [{ patient: 'a' }, { patient: 'toString' }] };
    expect(findPatientOverlap(parts)).toEqual([{ patient: 'a', images: { train: 2, test: 1 } }]);
    expect(findPatientOverlap({ one: [{ patient: 'a' }], two: [] })).toEqual([]);
  });

  const labels = new URL('../../../../shared/data/cxr-real/labels.csv', import.meta.url);
  it.skipIf(!existsSync(labels))("finds the patients that cxr-real's subset_split shares, and none in suggested_split (skipped where ../shared/data is absent)", () => {
    const overlapOf = (splitColumn: string): number => {
      const { records }: RecordSelection = plainCsvRecords(readFileSync(labels, 'utf8'), { pathColumn: 'file', patientColumn: 'patient_id', splitColumn });
      const parts: Record<string, { patient?: string }[]> = {};
      for (const record of records) if (record.split !== undefined) (parts[record.split] ??= []).push(record);
      return findPatientOverlap(parts).length;
    };
    expect(overlapOf('subset_split')).toBeGreaterThan(0);
    expect(overlapOf('suggested_split')).toBe(0);
  });
});
