import { describe, expect, it } from 'vitest';
import { mimicRecords } from './index.ts';

// Made-up rows in the format of version 2.0.0
const METADATA = `dicom_id,subject_id,study_id,PerformedProcedureStepDescription,ViewPosition,Rows,Columns,StudyDate,StudyTime
02aa804e-00000001,10000032,50414267,CHEST (PA AND LAT),PA,3056,2544,21800506,213014.531
174413ec-00000002,10000032,50414267,CHEST (PA AND LAT),LATERAL,3056,2544,21800506,213014.531
2a2277a9-00000003,10000764,57375967,,,2544,3056,21800626,165500.312
e084de3b-00000004,10000898,50771383,CHEST (PORTABLE AP),AP,3056,2544,21800626,165500.312
`;
const LABELS = `subject_id,study_id,Atelectasis,Edema,No Finding
10000032,50414267,,,1.0
10000764,57375967,-1.0,0.0,
10000980,50985099,1.0,,
`;
const SPLIT = `dicom_id,study_id,subject_id,split
02aa804e-00000001,50414267,10000032,train
174413ec-00000002,50414267,10000032,train
2a2277a9-00000003,57375967,10000764,validate
`;

describe('mimicRecords', () => {
  it('joins images, labels by study and splits', () => {
    const { records, findings, total, dropped, unmatched } = mimicRecords({ metadata: METADATA, labels: LABELS, split: SPLIT });
    expect(findings).toEqual(['No Finding', 'Edema', 'Atelectasis']);
    expect(records).toEqual([
      { path: 'files/p10/p10000032/s50414267/02aa804e-00000001.jpg', patient: '10000032', study: '50414267', view: 'PA', split: 'train', findings: { 'No Finding': 1, Edema: 'unmentioned', Atelectasis: 'unmentioned' } },
      { path: 'files/p10/p10000032/s50414267/174413ec-00000002.jpg', patient: '10000032', study: '50414267', view: 'LATERAL', split: 'train', findings: { 'No Finding': 1, Edema: 'unmentioned', Atelectasis: 'unmentioned' } },
      { path: 'files/p10/p10000764/s57375967/2a2277a9-00000003.jpg', patient: '10000764', study: '57375967', split: 'validate', findings: { 'No Finding': 'unmentioned', Edema: 0, Atelectasis: 'uncertain' } },
    ]);
    expect(total).toBe(4);
    expect(dropped).toEqual([{ reason: 'study without labels', count: 1, examples: ['files/p10/p10000898/s50771383/e084de3b-00000004.jpg'] }]);
    expect(unmatched).toEqual([{ what: 'labelled studies without an image in the metadata', count: 1, examples: ['10000980/50985099'] }]);
  });

  it('takes all images where no labels are asked for', () => {
    const { records, findings, dropped } = mimicRecords({ metadata: METADATA });
    expect([records.length, findings, dropped]).toEqual([4, [], []]);
    expect(records[0]).not.toHaveProperty('split');
  });

  it('refuses hostile rows by row and column', () => {
    expect(() => mimicRecords({ metadata: METADATA.replace('10000764', '../../etc') })).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read subject_id of row 4 as it must be a number of three digits or more: current value is ../../etc]`);
    expect(() => mimicRecords({ metadata: METADATA.replace('174413ec-00000002', '02aa804e-00000001') })).toThrow('Cannot read row 3 as its dicom_id appears in row 2 already');
    expect(() => mimicRecords({ metadata: METADATA, labels: LABELS.replace('57375967', '50414267') })).toThrow('Cannot read row 3 as its study_id appears in row 2 already');
    expect(() => mimicRecords({ metadata: METADATA, labels: LABELS.replace('-1.0', 'yes') })).toThrow('Cannot read finding Atelectasis of row 3 as it must be 1, 0, -1 or blank: current value is yes');
    expect(() => mimicRecords({ metadata: METADATA, split: LABELS })).toThrow('Cannot read column dicom_id');
  });
});
