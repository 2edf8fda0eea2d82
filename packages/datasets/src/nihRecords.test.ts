import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nihRecords, NIH_FINDINGS } from './index.ts';

const HEADER = 'Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y]';
// The first edition ends every line with a comma, and once wrote ages with their unit
const FIRST = `${HEADER},
00000001_000.png,Cardiomegaly|Emphysema,0,1,058Y,M,PA,2682,2749,0.143,0.143,
00000002_000.png,No Finding,0,2,411,F,AP,2500,2048,0.168,0.168,
`;

describe('nihRecords', () => {
  it('reads either edition', () => {
    const { records, findings, total } = nihRecords(FIRST, { trainValList: '00000001_000.png\r\n', testList: '00000002_000.png' });
    expect(findings).toEqual([...NIH_FINDINGS, 'No Finding']);
    expect(total).toBe(2);
    expect(records[0]).toMatchObject({ path: '00000001_000.png', patient: '1', age: 58, sex: 'M', view: 'PA', split: 'train_val' });
    expect(Object.entries(records[0]!.findings).flatMap(([name, state]) => (state === 1 ? [name] : []))).toEqual(['Cardiomegaly', 'Emphysema']);
    expect(records[1]).toMatchObject({ split: 'test', findings: { 'No Finding': 1, Mass: 0 } });
    expect(records[1]).not.toHaveProperty('age'); // nobody is 411
    expect(nihRecords(FIRST).records[0]).not.toHaveProperty('split');
    expect(nihRecords(FIRST.replace('058Y', '018M')).records[0]?.age).toBe(1.5);
  });

  it('refuses what is not ChestX-ray14', () => {
    expect(() => nihRecords('a,b\n1,2')).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read column Image Index as the table has none of that name: its columns are a, b]`);
    expect(() => nihRecords(FIRST.replace('Emphysema', 'Infiltrate'))).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read the labels of row 2 as they must be ChestX-ray14's findings: current value is Infiltrate]`);
    expect(() => nihRecords(FIRST.replace('411', 'old'))).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read the age of row 3 as it must be a number of years: current value is old]`);
    expect(() => nihRecords(FIRST, { trainValList: '00000001_000.png', testList: '00000001_000.png' })).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read the official lists as an image must be in one of them: 00000001_000.png is in both]`);
  });

  it('reads the boxes under their odd header, and Infiltrate as Infiltration', () => {
    const boxList = 'Image Index,Finding Label,Bbox [x,y,w,h],,,\n00000001_000.png,Infiltrate,10.5,20,30,40.25\n00000001_000.png,Mass,1,2,3,4,,,\n00000099_000.png,Mass,1,2,3,4\n';
    const { records, unmatched } = nihRecords(FIRST, { boxList });
    expect(records.map(({ boxes }) => boxes)).toEqual([[{ finding: 'Infiltration', box: [10.5, 20, 30, 40.25] }, { finding: 'Mass', box: [1, 2, 3, 4] }], []]);
    expect(unmatched).toEqual([{ what: 'images with boxes that the table does not list', count: 1, examples: ['00000099_000.png'] }]);
    expect(nihRecords(FIRST).records[0]).not.toHaveProperty('boxes');
    expect(() => nihRecords(FIRST, { boxList: boxList.replace('Mass,1', 'Mess,1') })).toThrow("Cannot read the finding of row 3 as it must be one of ChestX-ray14's: current value is Mess");
    expect(() => nihRecords(FIRST, { boxList: boxList.replace('40.25', '0') })).toThrow('Cannot read the box of row 2');
    expect(() => nihRecords(FIRST, { boxList: boxList.replace('10.5,20,30,40.25', ',,,') })).toThrow('Cannot read row 2 as its box is blank');
  });

  it('takes any number of boxes of one image', () => {
    const row = '00000001_000.png,Mass,1,2,3,4\n';
    const { records } = nihRecords(FIRST, { boxList: `Image Index,Finding Label,Bbox [x,y,w,h]\n${row.repeat(50_000)}` }); // was quadratic: ten seconds
    expect(records[0]?.boxes?.length).toBe(50_000);
  });

  it('refuses an image that appears twice', () => {
    expect(() => nihRecords(FIRST.replace('00000002_000', '00000001_000'))).toThrow('Cannot read row 3 as its Image Index appears in row 2 already');
  });

  const folder = new URL('../../../../shared/data/labels/nih/', import.meta.url);
  it.skipIf(!existsSync(folder))('reads the publisher’s own files (skipped where ../shared/data is absent)', () => {
    const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
    const lists = { trainValList: read('train_val_list.txt'), testList: read('test_list.reconstructed.txt') };
    for (const [name, rows] of [['Data_Entry_2017.csv', 27_682], ['Data_Entry_2017_v2020.csv', 25_286]] as const) {
      const { records } = nihRecords(read(name), lists);
      expect(Math.abs(records.length - rows)).toBeLessThanOrEqual(1);
      expect(records[0]).toMatchObject({ path: '00000001_000.png', patient: '1', findings: { Cardiomegaly: 1, Emphysema: 0 } });
      expect(records.every(({ split }) => split === 'train_val' || split === 'test')).toBe(true);
      // The official split is by patient
      const test = new Set(records.filter(({ split }) => split === 'test').map(({ patient }) => patient));
      expect(records.filter(({ split, patient }) => split === 'train_val' && test.has(patient)).length).toBe(0);
    }
  });

  it.skipIf(!existsSync(folder))('reads the publisher’s own boxes (skipped where ../shared/data is absent)', () => {
    const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
    const { records, unmatched } = nihRecords(read('Data_Entry_2017_v2020.csv'), { boxList: read('BBox_List_2017.csv') });
    const boxes = records.flatMap((record) => record.boxes ?? []);
    expect(new Set(boxes.map(({ finding }) => finding)).size).toBe(8);
    expect(boxes.every(({ box: [x, y, width, height] }) => x + width <= 1024 && y + height <= 1024)).toBe(true);
    // 984 boxes of 880 images in all, of which this table lists a part
    expect(records.filter((record) => record.boxes?.length).length + (unmatched?.[0]?.count ?? 0)).toBe(880);
  });
});
