import { describe, expect, it } from 'vitest';
import { folderRecords } from './index.ts';

const PATHS = ['train\\NORMAL\\2.JPEG', 'train/PNEUMONIA/1.png', 'test/NORMAL/3.jpg', '.DS_Store', 'train/NORMAL/._2.png', 'notes.txt'];

describe('folderRecords', () => {
  it('takes images in the order of their paths and counts the rest', () => {
    const { records, findings, total, dropped } = folderRecords(PATHS);
    expect(records).toEqual(['test/NORMAL/3.jpg', 'train/NORMAL/2.JPEG', 'train/PNEUMONIA/1.png'].map((path) => ({ path, findings: {} })));
    expect({ findings, total, dropped }).toEqual({ findings: [], total: 6, dropped: [{ reason: 'hidden file', count: 2 }, { reason: 'not named .png, .jpg, .jpeg or .dcm', count: 1 }] });
    expect(folderRecords([...PATHS].reverse()).records).toEqual(records);
  });

  it('reads classes and splits from folders when asked', () => {
    const { records, findings } = folderRecords([...PATHS, 'loose.png'], { classFolders: true, splitFolders: true });
    expect(findings).toEqual(['NORMAL', 'PNEUMONIA']);
    expect(records).toContainEqual({ path: 'test/NORMAL/3.jpg', split: 'test', findings: { NORMAL: 1, PNEUMONIA: 0 } });
    expect(records).toContainEqual({ path: 'loose.png', findings: { NORMAL: 'unmentioned', PNEUMONIA: 'unmentioned' } });
  });

  it('takes DICOM files by their ending, or where they are named', () => {
    const { records, dropped } = folderRecords(['study/1.DCM', 'study/IM0001', 'study/IM0002'], { alsoImages: new Set(['study/IM0001']) });
    expect(records.map(({ path }) => path)).toEqual(['study/1.DCM', 'study/IM0001']);
    expect(dropped).toEqual([{ reason: 'not named .png, .jpg, .jpeg or .dcm', count: 1 }]);
  });

  it('makes nothing of an empty folder', () => {
    expect(folderRecords([])).toEqual({ records: [], findings: [], total: 0, dropped: [] });
  });
});
