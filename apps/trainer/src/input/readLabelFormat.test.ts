import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordOptions } from '../options/recordOptions.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import { describeSelection } from './describeSelection.ts';
import { readRecords, type ImageSelection } from './readRecords.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (path: string, content: string | Uint8Array = ''): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
};
const read = (labelFormat: string, given: object = {}): Promise<ImageSelection> => readRecords(resolveOptions('read', recordOptions, { data: folder, labelFormat, ...given }));
const pathsOf = ({ records }: ImageSelection): string[] => records.map(({ path }) => path);

describe('readRecords with the format of a public data set', () => {
  it('joins ChestX-ray14 with its lists and boxes, which lie beside its table, and names what has no partner', async () => {
    put('Data_Entry_2017_v2020.csv', 'Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position\n00000001_000.png,Edema,0,1,58,M,PA\n00000002_000.png,No Finding,0,2,60,F,AP\n00000003_000.png,No Finding,0,3,60,F,AP\n');
    put('train_val_list.txt', '00000001_000.png\n');
    put('test_list.txt', '00000002_000.png\n');
    put('BBox_List_2017.csv', 'Image Index,Finding Label,Bbox [x,y,w,h],,,\n00000001_000.png,Infiltrate,1,2,3,4\n');
    for (const path of ['images_001/images/00000001_000.png', 'images_002/images/00000002_000.png', 'images_002/images/00000009_000.png']) put(path);
    const selection = await read('nih');
    expect(selection.records).toMatchObject([{ path: 'images_001/images/00000001_000.png', patient: '1', split: 'train_val', boxes: [{ finding: 'Infiltration' }] }, { path: 'images_002/images/00000002_000.png', split: 'test', boxes: [] }]);
    expect(describeSelection(selection)).toEqual(['Left out 1 of 3: no such file (00000003_000.png)', 'Beside them 1 files that no row names (images_002/images/00000009_000.png)']);
    expect(pathsOf(await read('nih', { split: 'test' }))).toEqual(['images_002/images/00000002_000.png']);
    put('Data_Entry_2017.csv', '');
    await expect(read('nih')).rejects.toThrow(`Cannot choose among Data_Entry_2017.csv and Data_Entry_2017_v2020.csv in ${folder}: name one of them with --labels`);
    expect(pathsOf(await read('nih', { labels: join(folder, 'Data_Entry_2017_v2020.csv') }))).toHaveLength(2);
  });

  it("reads CheXpert's train and valid together from the folder, or the one that was named; a test set by study", async () => {
    const header = 'Path,Sex,Age,Frontal/Lateral,AP/PA,Edema';
    put('train.csv', `${header}\nCheXpert-v1.0-small/train/patient00001/study1/view1_frontal.jpg,Male,50,Frontal,AP,-1.0\n`);
    put('valid.csv', `${header}\nCheXpert-v1.0-small/valid/patient64541/study1/view1_frontal.jpg,Male,50,Frontal,AP,1.0\n`);
    for (const path of ['train/patient00001/study1', 'valid/patient64541/study1', 'test/patient64741/study1']) put(`${path}/view1_frontal.jpg`);
    const both = await read('chexpert');
    expect(both.records.map(({ path, split, patient, findings }) => [path, split, patient, findings['Edema']])).toEqual([['train/patient00001/study1/view1_frontal.jpg', 'train', 'patient00001', 'uncertain'], ['valid/patient64541/study1/view1_frontal.jpg', 'valid', 'patient64541', 1]]);
    expect(pathsOf(await read('chexpert', { labels: join(folder, 'valid.csv') }))).toEqual(['valid/patient64541/study1/view1_frontal.jpg']);
    put('labels/groundtruth.csv', 'Study,Edema\nCheXpert-v1.0/test/patient64741/study1,0\nCheXpert-v1.0/test/patient64742/study1,1\n');
    const test = await read('chexpert', { labels: join(folder, 'labels') });
    expect(test).toMatchObject({ records: [{ path: 'test/patient64741/study1/view1_frontal.jpg', split: 'test', findings: { Edema: 0 } }], total: 2, dropped: [{ reason: 'study without an image', count: 1 }] });
  });

  it("joins MIMIC-CXR-JPG's packed tables", async () => {
    put('mimic-cxr-2.0.0-metadata.csv.gz', gzipSync('dicom_id,subject_id,study_id,ViewPosition\nabc,10000032,50414267,PA\n'));
    put('mimic-cxr-2.0.0-chexpert.csv.gz', gzipSync('subject_id,study_id,Edema\n10000032,50414267,1.0\n'));
    put('mimic-cxr-2.0.0-negbio.csv.gz', gzipSync('subject_id,study_id,Edema\n10000032,50414267,-1.0\n'));
    put('mimic-cxr-2.0.0-split.csv', 'dicom_id,study_id,subject_id,split\nabc,50414267,10000032,validate\n');
    put('files/p10/p10000032/s50414267/abc.jpg');
    const selection = await read('mimic', { labels: join(folder, 'mimic-cxr-2.0.0-negbio.csv.gz') });
    expect(selection.records).toEqual([{ path: 'files/p10/p10000032/s50414267/abc.jpg', patient: '10000032', study: '50414267', view: 'PA', split: 'validate', findings: { Edema: 'uncertain' } }]);
    await expect(read('mimic')).rejects.toThrow('Cannot choose among mimic-cxr-2.0.0-chexpert.csv.gz and mimic-cxr-2.0.0-negbio.csv.gz');
    rmSync(join(folder, 'mimic-cxr-2.0.0-metadata.csv.gz'));
    await expect(read('mimic', { labels: join(folder, 'mimic-cxr-2.0.0-negbio.csv.gz') })).rejects.toThrow('without the file mimic-cxr-2.0.0-metadata.csv.gz beside it');
  });

  it('finds the DICOM files of VinDr-CXR, RSNA and SIIM by their ids', async () => {
    put('vindr/annotations_train.csv', 'image_id,rad_id,class_name,x_min,y_min,x_max,y_max\na1,R1,Mass,1,2,3,4\n');
    put('vindr/image_labels_train.csv', 'image_id,rad_ID,Mass\na1,R1,1\n');
    put('vindr/image_labels_test.csv', 'image_id,Mass\nb1,0\n');
    put('vindr/train/a1.dicom');
    put('vindr/test/b1.dicom');
    const vindr = await read('vindr', { data: join(folder, 'vindr') });
    expect(vindr.records).toMatchObject([{ path: 'train/a1.dicom', split: 'train', findings: { Mass: 1 }, boxes: [{ reader: 'R1' }] }, { path: 'test/b1.dicom', split: 'test', findings: { Mass: 0 } }]);
    put('rsna/stage_2_train_labels.csv', 'patientId,x,y,width,height,Target\nc1,,,,,0\n');
    put('rsna/stage_2_train_images/c1.dcm');
    expect(pathsOf(await read('rsna', { data: join(folder, 'rsna') }))).toEqual(['stage_2_train_images/c1.dcm']);
    put('siim/train-rle.csv', 'ImageId, EncodedPixels\n1.2.840.5, -1\n');
    put('siim/dicom-images-train/x/y/1.2.840.5.dcm');
    expect(pathsOf(await read('siim', { data: join(folder, 'siim') }))).toEqual(['dicom-images-train/x/y/1.2.840.5.dcm']);
  });

  it('reads folders as findings and splits', async () => {
    for (const path of ['train/NORMAL/1.png', 'test/PNEUMONIA/2.png']) put(path);
    expect((await read('folders')).records).toEqual([{ path: 'test/PNEUMONIA/2.png', split: 'test', findings: { NORMAL: 0, PNEUMONIA: 1 } }, { path: 'train/NORMAL/1.png', split: 'train', findings: { NORMAL: 1, PNEUMONIA: 0 } }]);
    expect(pathsOf(await read('folders', { split: 'train' }))).toEqual(['train/NORMAL/1.png']);
    put('labels.csv', 'path\n1.png\n');
    await expect(read('folders', { labels: join(folder, 'labels.csv') })).rejects.toThrow('Cannot read folders as labels from a CSV file: give --data <folder> without --labels');
  });

  it('says what is missing', async () => {
    put('1.png');
    await expect(read('rsna')).rejects.toThrow(`Cannot read the labels of the format rsna as ${folder} holds no file such as stage_2_train_labels.csv: name it with --labels`);
    await expect(read('siim', { labels: join(folder, 'none') })).rejects.toThrow(`Cannot read the labels as there is no folder or file ${join(folder, 'none')}`);
    await expect(read('nih', { where: ['a=b'] })).rejects.toThrow('Cannot use --where with --label-format nih: its columns are fixed');
    put('train-rle.csv', 'ImageId, EncodedPixels\n2, -1\n');
    await expect(read('siim')).rejects.toThrow(`Cannot find images as the labels in ${folder} have no row that fits (dropped: 1 no such file)`);
    put('bad.csv.gz', 'not packed');
    await expect(read('siim', { labels: join(folder, 'bad.csv.gz') })).rejects.toThrow(`Cannot read the file ${join(folder, 'bad.csv.gz')}: `);
  });

  const real = fileURLToPath(new URL('../../../../../shared/data/cxr-real/', import.meta.url));
  it.skipIf(!existsSync(real))("joins the publisher's own rows with the real files (skipped where ../shared/data is absent)", async () => {
    const labels = join(real, 'nih-original-format');
    const { records, dropped, total, unmatched } = await read('nih', { data: join(real, 'nih256'), labels });
    expect(records.length).toBe(1083);
    expect(records.length + dropped.reduce((sum, { count }) => sum + count, 0)).toBe(total);
    expect(total).toBe(readFileSync(join(labels, 'Data_Entry_2017_v2020.csv'), 'utf8').trimEnd().split('\n').length - 1);
    expect(unmatched).toBeUndefined();
    expect(records.every(({ split }) => split === 'train_val' || split === 'test')).toBe(true);
  });
});

/** A DICOM file of explicit little endian: preamble, one meta element, and elements of text. */
function dicomFile(elements: readonly (readonly [group: number, element: number, representation: string, value: string])[]): Uint8Array {
  const parts: Buffer[] = [Buffer.alloc(128), Buffer.from('DICM')];
  for (const [group, element, representation, value] of [[2, 0x10, 'UI', '1.2.840.10008.1.2.1'], ...elements] as const) {
    const text = Buffer.from(value.length % 2 ? `${value}${representation === 'UI' ? '\0' : ' '}` : value);
    const head = Buffer.alloc(8);
    head.writeUInt16LE(group, 0);
    head.writeUInt16LE(element, 2);
    head.write(representation, 4);
    head.writeUInt16LE(text.length, 6);
    parts.push(head, text);
  }
  return Buffer.concat(parts);
}

describe('readRecords with the headers of DICOM files', () => {
  it('takes patients, view, sex and age, whatever the files are called, and nothing else of the person', async () => {
    const person = (id: string, age: string): Uint8Array =>
      dicomFile([[0x10, 0x10, 'PN', 'Doe^Jane'], [0x10, 0x20, 'LO', id], [0x10, 0x30, 'DA', '19700101'], [0x10, 0x40, 'CS', 'F'], [0x10, 0x1010, 'AS', age], [0x18, 0x5101, 'CS', 'PA'], [0x20, 0xd, 'UI', '1.2.3.4.5']]);
    put('disk/IM000001', person('P1', '045Y'));
    put('disk/IM000002', person('P2', '006M'));
    put('scan.dcm', person('P1', '046Y'));
    put('damaged.dcm', 'no image');
    put('notes.txt', 'x');
    const { records, dropped } = await read('dicom');
    expect(records).toEqual([
      { path: 'damaged.dcm', findings: {} },
      { path: 'disk/IM000001', patient: 'P1', view: 'PA', sex: 'F', age: 45, findings: {} },
      { path: 'disk/IM000002', patient: 'P2', view: 'PA', sex: 'F', age: 0.5, findings: {} },
      { path: 'scan.dcm', patient: 'P1', view: 'PA', sex: 'F', age: 46, findings: {} },
    ]);
    expect(dropped).toEqual([{ reason: 'no DICOM file', count: 1 }]);
    await expect(read('dicom', { labels: join(folder, 'notes.txt') })).rejects.toThrow('Cannot read DICOM headers as labels from a CSV file');
  });
});
