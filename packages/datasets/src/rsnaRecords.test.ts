import { describe, expect, it } from 'vitest';
import { rsnaRecords } from './index.ts';

// Made-up rows: a row a box, the image's id repeated
const LABELS = `patientId,x,y,width,height,Target
0004cfab,,,,,0
00436515,264.0,152.0,213.0,379.0,1
00436515,562.0,152.0,256.0,453.0,1
00322d4d,,,,,0
`;
const CLASSES = `patientId,class
0004cfab,No Lung Opacity / Not Normal
00436515,Lung Opacity
00436515,Lung Opacity
00322d4d,Normal
`;
const MAPPINGS = JSON.stringify([{ subset_img_id: '0004cfab', img_id: '00019176_000.png', orig_labels: ['Edema'] }, { subset_img_id: '00322d4d', img_id: '00019176_004.png' }]);

describe('rsnaRecords', () => {
  it('gathers the boxes of an image from its rows', () => {
    const { records, findings, total } = rsnaRecords({ labels: LABELS });
    expect([findings, total]).toEqual([['Lung Opacity'], 3]);
    expect(records).toEqual([
      { path: '0004cfab', findings: { 'Lung Opacity': 0 }, boxes: [] },
      { path: '00436515', findings: { 'Lung Opacity': 1 }, boxes: [{ finding: 'Lung Opacity', box: [264, 152, 213, 379] }, { finding: 'Lung Opacity', box: [562, 152, 256, 453] }] },
      { path: '00322d4d', findings: { 'Lung Opacity': 0 }, boxes: [] },
    ]);
  });

  it("tells normal images by the class info, and ChestX-ray14's patients by the mappings", () => {
    const { records } = rsnaRecords({ labels: LABELS, classInfo: CLASSES, mappings: MAPPINGS });
    expect(records.map(({ patient, findings }) => [patient, findings])).toEqual([
      ['19176', { 'Lung Opacity': 0, Normal: 0, 'No Lung Opacity / Not Normal': 1 }],
      [undefined, { 'Lung Opacity': 1, Normal: 0, 'No Lung Opacity / Not Normal': 0 }],
      ['19176', { 'Lung Opacity': 0, Normal: 1, 'No Lung Opacity / Not Normal': 0 }],
    ]);
  });

  it('refuses what contradicts itself', () => {
    expect(() => rsnaRecords({ labels: LABELS.replace(',0\n', ',1\n') })).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot read row 2 as an image has a box where its Target is 1, and none where it is 0: current Target is 1]`);
    expect(() => rsnaRecords({ labels: LABELS.replace(',0\n', ',\n') })).toThrow('Cannot read Target of row 2 as it must be 1 or 0: current value is blank');
    expect(() => rsnaRecords({ labels: LABELS.replace('213.0', '-213.0') })).toThrow('Cannot read the box of row 3');
    expect(() => rsnaRecords({ labels: LABELS.replace('00322d4d', '0004cfab') })).toThrow('Cannot read row 5 as the image 0004cfab without a box appears in row 2 already');
    expect(() => rsnaRecords({ labels: LABELS.replace('00322d4d', '00436515') })).toThrow('they contradict one another');
    expect(() => rsnaRecords({ labels: LABELS, classInfo: CLASSES.replace('No Lung Opacity / Not Normal', 'Lung Opacity') })).toThrow('Cannot read the class of the image 0004cfab as it contradicts the Target of row 2');
    expect(() => rsnaRecords({ labels: LABELS, classInfo: CLASSES.replace('00322d4d', 'other') })).toThrow('Cannot read the class info as it has no row for the image 00322d4d of row 5');
    expect(() => rsnaRecords({ labels: LABELS, classInfo: CLASSES.replace('Lung Opacity\n00322d4d', 'Normal\n00322d4d') })).toThrow('Cannot read the class of row 4 as the image 00436515 has another in a row above');
    expect(() => rsnaRecords({ labels: LABELS, mappings: '[{"subset_img_id": "a", "img_id": "b"}]' })).toThrow('Cannot read entry 0 of the mappings');
    expect(() => rsnaRecords({ labels: LABELS, mappings: '[null]' })).toThrow('Cannot read entry 0 of the mappings');
    expect(() => rsnaRecords({ labels: LABELS, mappings: '{' })).toThrow('they must be JSON');
  });
});
