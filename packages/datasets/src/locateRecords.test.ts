import { describe, expect, it } from 'vitest';
import { locateRecords, type RecordSelection } from './index.ts';

const selection = (...paths: string[]): RecordSelection => ({ records: paths.map((path) => ({ path, findings: {} })), findings: [], total: paths.length, dropped: [] });
const pathsOf = ({ records }: RecordSelection): string[] => records.map(({ path }) => path);

describe('locateRecords', () => {
  it('finds files by name in whatever folder, and names what has no partner', () => {
    const located = locateRecords(selection('1.png', '2.png', '3.png'), ['images_002/3.png', 'images_001/1.png', 'images_001/9.png', 'Data_Entry.csv'], { parts: 1 });
    expect(pathsOf(located)).toEqual(['images_001/1.png', 'images_002/3.png']);
    expect(located.dropped).toEqual([{ reason: 'no such file', count: 1, examples: ['2.png'] }]);
    expect(located.unmatched).toEqual([{ what: 'files that no row names', count: 1, examples: ['images_001/9.png'] }]);
    expect(located.total).toBe(located.records.length + located.dropped.reduce((sum, { count }) => sum + count, 0));
  });

  it('finds files of ids by their names without endings', () => {
    expect(pathsOf(locateRecords(selection('a1', '1.2.840.5'), ['train/a1.dicom', 'train/1.2.840.5.dcm'], { parts: 1 }))).toEqual(['train/a1.dicom', 'train/1.2.840.5.dcm']);
  });

  it("does not take one patient's view for another's", () => {
    const records = selection('CheXpert-v1.0-small/train/patient1/study1/view1.jpg', 'CheXpert-v1.0-small/train/patient2/study1/view1.jpg');
    expect(pathsOf(locateRecords(records, ['train/patient2/study1/view1.jpg'], { parts: 3 }))).toEqual(['train/patient2/study1/view1.jpg']);
    expect(pathsOf(locateRecords(records, ['train/patient2/study1/view1.jpg']))).toEqual([]);
  });

  it('takes none of several files, and says so', () => {
    const located = locateRecords(selection('a'), ['one/a.png', 'two/a.dcm'], { parts: 1 });
    expect(located).toMatchObject({ records: [], dropped: [{ reason: 'several files of that name', count: 1, examples: ['a'] }] });
    expect(located).not.toHaveProperty('unmatched');
  });
});
