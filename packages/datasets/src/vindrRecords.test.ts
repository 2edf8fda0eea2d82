import { describe, expect, it } from 'vitest';
import { vindrRecords } from './index.ts';

// Made-up rows: three readers of the first image, of whom one saw nothing
const ANNOTATIONS = `image_id,rad_id,class_name,x_min,y_min,x_max,y_max
0005e8e3,R1,Aortic enlargement,100.5,200,300.5,400
0005e8e3,R2,Aortic enlargement,110,205,310,410
0005e8e3,R2,Cardiomegaly,50,60,70,90
0005e8e3,R3,No finding,,,,
0007d316,R1,No finding,,,,
0007d316,R2,No finding,,,,
`;
const IMAGE_LABELS = `image_id,rad_ID,Aortic enlargement,Pneumonia,No finding
0005e8e3,R1,1,0,0
0005e8e3,R2,1,1,0
0005e8e3,R3,0,0,1
0007d316,R1,0,0,1
`;
const KAGGLE = `image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max
50a418190bc3fb1ef1633bf9678929b3,No finding,14,R11,,,,
21a10246a5ec7af151081d0cd6d65dc9,Cardiomegaly,3,R9,691,1375,1653,1831
`;

describe('vindrRecords', () => {
  it("keeps every reader's boxes, and takes their differing for uncertainty", () => {
    const { records, findings, total } = vindrRecords({ annotations: ANNOTATIONS }, { split: 'train' });
    expect([findings, total]).toEqual([['Aortic enlargement', 'Cardiomegaly', 'No finding'], 2]);
    expect(records).toEqual([
      {
        path: '0005e8e3',
        split: 'train',
        findings: { 'Aortic enlargement': 'uncertain', Cardiomegaly: 'uncertain', 'No finding': 'uncertain' },
        boxes: [
          { finding: 'Aortic enlargement', box: [100.5, 200, 200, 200], reader: 'R1' },
          { finding: 'Aortic enlargement', box: [110, 205, 200, 205], reader: 'R2' },
          { finding: 'Cardiomegaly', box: [50, 60, 20, 30], reader: 'R2' },
        ],
      },
      { path: '0007d316', split: 'train', findings: { 'Aortic enlargement': 0, Cardiomegaly: 0, 'No finding': 1 }, boxes: [] },
    ]);
    const majority = vindrRecords({ annotations: ANNOTATIONS }, { disagreement: 'majority' });
    expect(majority.records[0]?.findings).toEqual({ 'Aortic enlargement': 1, Cardiomegaly: 0, 'No finding': 0 });
  });

  it('takes findings from the image labels where they are there', () => {
    const { records, findings, unmatched } = vindrRecords({ annotations: `${ANNOTATIONS}000aaaaa,R1,Mass,1,1,2,2\n`, imageLabels: IMAGE_LABELS });
    expect(findings).toEqual(['Aortic enlargement', 'Pneumonia', 'No finding']);
    expect(records.map((record) => record.findings)).toEqual([{ 'Aortic enlargement': 'uncertain', Pneumonia: 'uncertain', 'No finding': 'uncertain' }, { 'Aortic enlargement': 0, Pneumonia: 0, 'No finding': 1 }]);
    expect(records[0]?.boxes).toHaveLength(3);
    expect(unmatched).toEqual([{ what: 'annotated images without image labels', count: 1, examples: ['000aaaaa'] }]);
    expect(vindrRecords({ imageLabels: IMAGE_LABELS }).records[0]).not.toHaveProperty('boxes');
  });

  it("reads the test set's consensus without readers, and Kaggle's table", () => {
    const test = vindrRecords({ annotations: 'image_id,class_name,x_min,y_min,x_max,y_max\na,Mass,1,2,4,8\n', imageLabels: 'image_id,Mass\na,1\n' }, { split: 'test' });
    expect(test.records).toEqual([{ path: 'a', split: 'test', findings: { Mass: 1 }, boxes: [{ finding: 'Mass', box: [1, 2, 3, 6] }] }]);
    const { records } = vindrRecords({ annotations: KAGGLE });
    expect(records.map(({ findings }) => findings)).toEqual([{ Cardiomegaly: 0, 'No finding': 1 }, { Cardiomegaly: 1, 'No finding': 0 }]);
    expect(records[1]?.boxes).toEqual([{ finding: 'Cardiomegaly', box: [691, 1375, 962, 456], reader: 'R9' }]);
  });

  it('reads classes with names of the language itself', () => {
    expect(vindrRecords({ annotations: 'image_id,class_name,x_min,y_min,x_max,y_max\na,toString,1,2,4,8\nb,No finding,,,,\n' }).records[1]?.findings).toEqual({ toString: 0, 'No finding': 1 });
  });

  it('refuses hostile rows by row and column', () => {
    expect(() => vindrRecords({})).toThrow('Cannot read VinDr-CXR without a table');
    expect(() => vindrRecords({ annotations: ANNOTATIONS.replace('300.5', '90') })).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read the box of row 2 as it must be left, top, right, bottom in pixels, with an area: current value is 100.5, 200, 90, 400]`);
    expect(() => vindrRecords({ annotations: ANNOTATIONS.replace('410', 'NaN') })).toThrow('Cannot read the box of row 3');
    expect(() => vindrRecords({ annotations: ANNOTATIONS.replace('Cardiomegaly', '') })).toThrow('Cannot read row 4 as its class_name is blank');
    expect(() => vindrRecords({ annotations: ANNOTATIONS.replace('0007d316', '') })).toThrow('Cannot read row 6 as its image_id is blank');
    expect(() => vindrRecords({ imageLabels: IMAGE_LABELS.replace('R2', 'R1') })).toThrow('Cannot read row 3 as the reader R1 appears twice for the image 0005e8e3');
    expect(() => vindrRecords({ imageLabels: IMAGE_LABELS.replace('R1,1,0', 'R1,1,') })).toThrow('Cannot read finding Pneumonia of row 2 as it must be 1 or 0: current value is blank');
  });

  it('refuses a table whose every row has a class of its own', () => {
    const annotations = `image_id,class_name,x_min,y_min,x_max,y_max\n${Array.from({ length: 2100 }, (_, row) => `i${row},c${row},1,1,2,2`).join('\n')}`;
    expect(() => vindrRecords({ annotations })).toThrow('Cannot read the labels as findings have few names: there are 2100 of them in 2100 combinations; check the column class_name');
  });

  it('takes any number of classes of one image', () => {
    const annotations = `image_id,class_name,x_min,y_min,x_max,y_max\n${Array.from({ length: 20_000 }, (_, row) => `i,c${row % 1000},1,1,2,2`).join('\n')}`; // was quadratic: a minute with as many classes
    const { records } = vindrRecords({ annotations });
    expect([records.length, records[0]?.boxes?.length, records[0]?.findings['c999']]).toEqual([1, 20_000, 1]);
    const readers = `image_id,rad_id,class_name,x_min,y_min,x_max,y_max\n${Array.from({ length: 2100 }, (_, row) => `i,r${row},c${row},1,1,2,2`).join('\n')}`;
    expect(() => vindrRecords({ annotations: readers })).toThrow('there are 2100 of them in 2100 combinations');
  });
});
