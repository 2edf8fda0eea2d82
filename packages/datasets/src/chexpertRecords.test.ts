import { applyLabelPolicy, chexpertRecords, CHEXPERT_FINDINGS } from './index.ts';
import { describe, expect, it } from 'vitest';

const HEADER = `Path,Sex,Age,Frontal/Lateral,AP/PA,${CHEXPERT_FINDINGS.join(',')}`;
const blanks = (count: number): string => ','.repeat(count);
// Made-up rows in the format of train.csv: values as floats, blank where not mentioned
const TRAIN = `${HEADER}
CheXpert-v1.0-small/train/patient00001/study1/view1_frontal.jpg,Female,68,Frontal,AP,1.0${blanks(8)},0.0${blanks(3)},1.0
CheXpert-v1.0-small/train/patient00002/study2/view1_frontal.jpg,Male,0,Frontal,PA,,,-1.0,1.0${blanks(6)},-1.0${blanks(3)}
CheXpert-v1.0-small/train/patient00002/study2/view2_lateral.jpg,Unknown,87,Lateral,,,,-1.0,1.0${blanks(6)},-1.0${blanks(3)}
`;

describe('chexpertRecords', () => {
  it('reads train.csv: paths as written, patient, study and split from them, blank as unmentioned', () => {
    const { records, findings, total, dropped } = chexpertRecords(TRAIN);
    expect([findings, total, dropped]).toEqual([CHEXPERT_FINDINGS, 3, []]);
    expect(records[0]).toMatchObject({ path: 'CheXpert-v1.0-small/train/patient00001/study1/view1_frontal.jpg', patient: 'patient00001', study: 'patient00001/study1', split: 'train', view: 'AP', sex: 'F', age: 68 });
    expect(records[0]?.findings).toMatchObject({ 'No Finding': 1, Edema: 'unmentioned', Pneumothorax: 0, 'Support Devices': 1 });
    expect(records[1]).not.toHaveProperty('age');
    expect(records[1]?.findings).toMatchObject({ Cardiomegaly: 'uncertain', 'Lung Opacity': 1, 'Pleural Effusion': 'uncertain' });
    expect(records[2]).toMatchObject({ view: 'Lateral', age: 87, study: 'patient00002/study2' });
    expect(records[2]).not.toHaveProperty('sex');
    expect(applyLabelPolicy(records, { uncertain: 'u-ones', blank: 'negative' }, ['Cardiomegaly']).counts.Cardiomegaly).toEqual({ positive: 0, negative: 0, uncertain: 2, unmentioned: 1 });
  });

  it('reads the test set by image, without sex, age and view, and with fewer observations', () => {
    const { records, findings } = chexpertRecords('Path,Edema,Consolidation\ntest/patient64741/study1/view1_frontal.jpg,0,1\n');
    expect(findings).toEqual(['Edema', 'Consolidation']);
    expect(records).toEqual([{ path: 'test/patient64741/study1/view1_frontal.jpg', patient: 'patient64741', study: 'patient64741/study1', split: 'test', findings: { Edema: 0, Consolidation: 1 } }]);
  });

  it('gives each image the labels of its study, and names studies without an image', () => {
    const text = 'Study,Edema\nCheXpert-v1.0/test/patient64741/study1,1\nCheXpert-v1.0/test/patient64742/study1,0\n';
    const paths = ['test/patient64741/study1/view2_lateral.jpg', 'test/patient64741/study1/view1_frontal.jpg', 'test/patient6474/study1/view1_frontal.jpg', 'readme.jpg'];
    const { records, total, dropped } = chexpertRecords(text, { paths });
    expect(records.map(({ path, findings }) => [path, findings['Edema']])).toEqual([['test/patient64741/study1/view1_frontal.jpg', 1], ['test/patient64741/study1/view2_lateral.jpg', 1]]);
    expect(dropped).toEqual([{ reason: 'study without an image', count: 1, examples: ['CheXpert-v1.0/test/patient64742/study1'] }]);
    expect(total).toBe(3);
    expect(() => chexpertRecords(text)).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read labels by study without the paths of the images, as each image has the labels of its study: name the folder of the images]`);
  });

  it('refuses hostile rows by row and column', () => {
    expect(() => chexpertRecords(TRAIN.replace('1.0\n', '2.0\n'))).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read finding Support Devices of row 2 as it must be 1, 0, -1 or blank: current value is 2.0]`);
    expect(() => chexpertRecords(TRAIN.replace('Female', 'F'))).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read the sex of row 2 as it must be Male, Female or Unknown: current value is F]`);
    expect(() => chexpertRecords(TRAIN.replace('68', 'old'))).toThrow('Cannot read the age of row 2');
    expect(() => chexpertRecords(TRAIN.replace('68', '1e999'))).toThrow('Cannot read the age of row 2');
    expect(() => chexpertRecords(TRAIN.replace('Lateral,,', 'Oblique,,'))).toThrow('Cannot read the view of row 4');
    expect(() => chexpertRecords(TRAIN.replace('patient00001/study1', 'elsewhere'))).toThrow('Cannot read the path of row 2 as it must name a patient and a study');
    expect(() => chexpertRecords(TRAIN.replace('view2_lateral', 'view1_frontal'))).toThrow('Cannot read row 4 as its Path appears in row 3 already');
    expect(() => chexpertRecords('Path,Age\nx,1')).toThrow("none of CheXpert's observations");
    expect(() => chexpertRecords('a,b\n1,2')).toThrow('Cannot read column Path');
  });
});
