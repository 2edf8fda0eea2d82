import { isInputError } from '@cxr-ifa/tensor';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chexpertRecords, mimicRecords, nihRecords, rsnaRecords, siimRecords, vindrRecords } from './index.ts';

// A whole file of each format, and how it is read: what becomes of it when cells are others
const NIH = 'Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position\na.png,Edema|Mass,0,1,058Y,M,PA\nb.png,No Finding,0,2,60,F,AP\n';
const FORMATS: Record<string, [text: string, read: (text: string) => { records: readonly unknown[]; total: number; dropped: readonly { count: number }[] }]> = {
  nih: [NIH, (text) => nihRecords(text, { trainValList: 'a.png', testList: 'b.png' })],
  'nih boxes': ['Image Index,Finding Label,Bbox [x,y,w,h],,,\na.png,Infiltrate,1,2,3,4\nb.png,Mass,5,6,7,8,,,\n', (boxList) => nihRecords(NIH, { boxList })],
  chexpert: ['Path,Sex,Age,Frontal/Lateral,AP/PA,Edema\nC/train/patient1/study1/view1.jpg,Male,50,Frontal,AP,-1.0\nC/train/patient2/study1/view1.jpg,Female,60,Lateral,,\n', (text) => chexpertRecords(text)],
  'chexpert by study': ['Study,Edema\nC/test/patient1/study1,1\nC/test/patient2/study1,0\n', (text) => chexpertRecords(text, { paths: ['test/patient1/study1/view1.jpg'] })],
  'mimic metadata': ['dicom_id,subject_id,study_id,ViewPosition\na,10000032,50414267,PA\nb,10000033,50414268,\n', (metadata) => mimicRecords({ metadata, labels: 'subject_id,study_id,Edema\n10000032,50414267,1.0\n' })],
  'mimic labels': ['subject_id,study_id,Edema\n10000032,50414267,1.0\n10000033,50414268,-1.0\n', (labels) => mimicRecords({ metadata: 'dicom_id,subject_id,study_id,ViewPosition\na,10000032,50414267,PA\n', labels })],
  'vindr annotations': ['image_id,rad_id,class_name,x_min,y_min,x_max,y_max\na,R1,Mass,1,2,3,4\na,R2,No finding,,,,\n', (annotations) => vindrRecords({ annotations })],
  'vindr labels': ['image_id,rad_ID,Mass\na,R1,1\na,R2,0\n', (imageLabels) => vindrRecords({ imageLabels }, { disagreement: 'majority' })],
  rsna: ['patientId,x,y,width,height,Target\na,,,,,0\nb,1,2,3,4,1\nb,5,6,7,8,1\n', (labels) => rsnaRecords({ labels })],
  siim: ['ImageId, EncodedPixels\na, -1\nb,1 2 3 4\nb,9 9\n', (text) => siimRecords(text)],
};

const odd = fc.oneof(fc.constantFrom('', '-1', '1e999', 'NaN', '-0', '__proto__', 'constructor', '"', ',', '\n', '\r', '9'.repeat(400), '1 '.repeat(50), '../../x', '\u0000', '0x10', ' 1', 'Infinity'), fc.string());

it.each(Object.entries(FORMATS))('%s: whatever stands in a cell, there are records or one clear sentence', (_name, [text, read]) => {
  expect(read(text).records.length).toBeGreaterThan(0);
  const cells = text.split(/(?<=[,\n])|(?=[,\n])/);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(cells.length - 1), odd), { minLength: 1, maxLength: 4 }), (changes) => {
      const changed = [...cells];
      for (const [at, cell] of changes) changed[at] = cell;
      try {
        const { records, total, dropped } = read(changed.join(''));
        expect(records.length + dropped.reduce((sum, { count }) => sum + count, 0)).toBe(total);
      } catch (error) {
        if (!isInputError(error)) throw error;
        expect(error.message).toMatch(/^Cannot [^]* /);
      }
    }),
    { numRuns: 500 },
  );
});
