import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filterRecords, plainCsvRecords } from './index.ts';

const JOINED = `file,source,patient,labels,age
a\\1.png,x,p1,Effusion|Mass,61
a\\2.png,x,p1, Mass ,
b.png,y,p2,No Finding,3
c.png,x,,,0.5
`;
const COLUMNS = `Path,Sex,View,Edema,Fracture
1.png,F,PA,1.0,
2.png,,AP,-1.0,0
3.png,M,,0.0,1
`;
const joined = { pathColumn: 'file', labelColumn: 'labels' };

describe('plainCsvRecords', () => {
  it('reads names in one column: a name that a cell leaves out is 0, a blank cell says nothing', () => {
    const { records, findings, total, dropped } = plainCsvRecords(JOINED, { ...joined, patientColumn: 'patient', ageColumn: 'age' });
    expect(findings).toEqual(['Effusion', 'Mass', 'No Finding']);
    expect(records).toEqual([
      { path: 'a/1.png', patient: 'p1', age: 61, findings: { Effusion: 1, Mass: 1, 'No Finding': 0 } },
      { path: 'a/2.png', patient: 'p1', findings: { Effusion: 0, Mass: 1, 'No Finding': 0 } },
      { path: 'b.png', patient: 'p2', age: 3, findings: { Effusion: 0, Mass: 0, 'No Finding': 1 } },
      { path: 'c.png', age: 0.5, findings: { Effusion: 'unmentioned', Mass: 'unmentioned', 'No Finding': 'unmentioned' } },
    ]);
    expect([total, dropped]).toEqual([4, []]);
  });

  it('reads a column a finding', () => {
    const { records, findings } = plainCsvRecords(COLUMNS, { pathColumn: 'Path', findingColumns: ['Fracture', 'Edema'], sexColumn: 'Sex', viewColumn: 'View' });
    expect(findings).toEqual(['Fracture', 'Edema']);
    expect(records).toEqual([
      { path: '1.png', sex: 'F', view: 'PA', findings: { Edema: 1, Fracture: 'unmentioned' } },
      { path: '2.png', view: 'AP', findings: { Edema: 'uncertain', Fracture: 0 } },
      { path: '3.png', sex: 'M', findings: { Edema: 0, Fracture: 1 } },
    ]);
  });

  it('keeps the rows asked for, and only their names; counts the others', () => {
    const { records, findings, total, dropped } = plainCsvRecords(JOINED, { ...joined, where: { source: 'x', patient: ['p1', 'p2'] } });
    expect(records.map(({ path }) => path)).toEqual(['a/1.png', 'a/2.png']);
    expect(findings).toEqual(['Effusion', 'Mass']);
    expect({ total, dropped }).toEqual({ total: 4, dropped: [{ reason: 'source is not x', count: 1 }, { reason: 'patient is not p1 or p2', count: 1 }] });
    const filtered = filterRecords({ records, findings, total, dropped }, 'no effusion', ({ findings: { Effusion } }) => Effusion === 1);
    expect([filtered.records.length, filtered.total, filtered.dropped.at(-1)]).toEqual([1, 4, { reason: 'no effusion', count: 1 }]);
    expect(filterRecords(filtered, 'nothing', () => true).dropped).toBe(filtered.dropped);
  });

  it('refuses what it cannot read, with column and row', () => {
    const refused = (text: string, options: Parameters<typeof plainCsvRecords>[1]): string => {
      try {
        plainCsvRecords(text, options);
        return 'accepted';
      } catch (error) {
        return String(error);
      }
    };
    expect([
      refused(JOINED, { ...joined, pathColumn: 'path' }),
      refused(JOINED, { ...joined, where: { site: 'x' } }),
      refused(JOINED, { ...joined, labelSeparator: '' }),
      refused(JOINED, { pathColumn: 'file', ageColumn: 'labels' }),
      refused(COLUMNS, { pathColumn: 'Path', findingColumns: ['Sex'] }),
      refused('file,file\n1,2', joined),
      refused('file,labels\na,x\n,y', joined),
      refused('file,labels\na,x\na,y', joined),
    ]).toMatchInlineSnapshot(`
      [
        "@cxr-ifa/InputError: Cannot read column path as the table has none of that name: its columns are file, source, patient, labels, age",
        "@cxr-ifa/InputError: Cannot read column site as the table has none of that name: its columns are file, source, patient, labels, age",
        "@cxr-ifa/InputError: Cannot read the labels as the separator between names must not be empty",
        "@cxr-ifa/InputError: Cannot read the age of row 2 as it must be a number of years, or ageColumn left out: current value is Effusion|Mass",
        "@cxr-ifa/InputError: Cannot read finding Sex of row 2 as it must be 1, 0, -1 or blank: current value is F",
        "@cxr-ifa/InputError: Cannot read column file as the table has two of that name",
        "@cxr-ifa/InputError: Cannot read row 3 as its path is blank",
        "@cxr-ifa/InputError: Cannot read row 3 as its path appears in row 2 already: a",
      ]
    `);
  });

  const labels = new URL('../../../../shared/data/cxr-real/labels.csv', import.meta.url);
  it.skipIf(!existsSync(labels))('reads the labels of the real radiographs (skipped where ../shared/data is absent)', () => {
    const { records, findings, total, dropped } = plainCsvRecords(readFileSync(labels, 'utf8'), {
      ...joined,
      patientColumn: 'patient_id',
      viewColumn: 'view',
      splitColumn: 'suggested_split',
      where: { source: 'kermany224' },
    });
    expect({ kept: records.length, total, dropped }).toEqual({ kept: 3846, total: 5709, dropped: [{ reason: 'source is not kermany224', count: 5709 - 3846 }] });
    expect(findings).toEqual(['NORMAL', 'PNEUMONIA', 'bacteria', 'virus']);
    const count = (finding: string, split: string): number => records.filter((record) => record.split === split && record.findings[finding] === 1).length;
    expect([count('NORMAL', 'train'), count('PNEUMONIA', 'train'), count('bacteria', 'test'), count('virus', 'val')]).toEqual([729, 1234 + 737, 325, 103]);
  });

  it('refuses more names than findings have, before they fill the memory', () => {
    const table = (names: number, rows: number): string => `file,labels\n${Array.from({ length: rows }, (_, row) => `${row},f${row % names}`).join('\n')}`;
    const columns = { pathColumn: 'file', labelColumn: 'labels' };
    expect(() => plainCsvRecords(table(2100, 2100), columns)).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read the labels as findings have few names: there are 2100 of them in 2100 combinations; choose another column, or another separator than |]`);
    // Many rows of few combinations are what files are
    const { records } = plainCsvRecords(table(200, 40_000), columns);
    expect(records[201]?.findings).toEqual(records[1]?.findings);
    expect(records[201]?.findings).not.toEqual(records[2]?.findings);
  });
});
