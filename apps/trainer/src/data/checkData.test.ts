import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkOptions } from '../options/checkOptions.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import { splitOptions } from '../options/splitOptions.ts';
import { encodePng } from '../testing/encodePng.ts';
import { writeImages } from '../testing/writeImages.ts';
import { checkData } from './checkData.ts';
import { splitData } from './splitData.ts';

let folder: string;
let printed: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
  printed = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inside = (...names: string[]): string => join(folder, ...names);
const context = (operands: readonly string[]) => ({ terminal: { print: (line: string) => void printed.push(line), progress: () => ({ update: () => undefined, finish: () => undefined }) }, given: {}, commandLine: [], operands });
const check = (operands: readonly string[], given: object = {}): Promise<void> => checkData(resolveOptions('check', checkOptions, { workers: 0, out: inside('report.json'), ...given }), context(operands));
const split = (given: object): Promise<void> => splitData(resolveOptions('split', splitOptions, { data: inside('images'), ...given }), context([]));
const report = () => JSON.parse(readFileSync(inside('report.json'), 'utf8'));
const imagesOf = (first: number, count: number): string[] => Array.from({ length: count }, (_, i) => `image-${String(first + i).padStart(3, '0')}.png`);

/** 30 images of 10 patients, three each, and labels that say so. */
function writeSet(): void {
  writeImages(inside('images'), 30);
  writeFileSync(inside('labels.csv'), `path,patient,mass\n${imagesOf(0, 30).map((path, i) => `${path},p${Math.floor(i / 3)},${i % 2}`).join('\n')}\n`);
}
const LABELS = { patientColumn: 'patient', findings: 'mass' };
const drawn = (given: object = {}): Promise<void> => split({ labels: inside('labels.csv'), ...LABELS, out: inside('splits.csv'), ...given });

describe('data split', () => {
  it('writes a manifest without patients in two splits, with pseudonyms and a hash that are the same for the same seed and key', async () => {
    writeSet();
    await drawn();
    const [first, side] = [readFileSync(inside('splits.csv'), 'utf8'), JSON.parse(readFileSync(inside('splits.csv.json'), 'utf8'))];
    const rows = first.trim().split('\n').map((line) => line.split(','));
    expect(rows[0]).toEqual(['path', 'patient', 'split', 'mass']);
    expect(rows.slice(1).map(([path, , , mass]) => `${path},${mass}`)).toEqual(imagesOf(0, 30).map((path, i) => `${path},${i % 2}`));
    expect(first).not.toMatch(/,p\d/);
    for (let patient = 0; patient < 10; patient++) expect(new Set(rows.slice(1 + 3 * patient, 4 + 3 * patient).map(([, pseudonym, part]) => `${pseudonym} ${part}`)).size).toBe(1);
    expect(side).toMatchObject({ root: 'images', patients: 'pseudonyms', source: 'by patient, 70 % train, 10 % val, 20 % test, seed 1', splits: { train: { images: 21, patients: 7 }, val: { images: 3, patients: 1 }, test: { images: 6, patients: 2 } }, read: 30, dropped: [] });
    expect(side.splitHash).toMatch(/^[0-9a-f]{64}$/);

    await drawn({ out: inside('again.csv'), pseudonymsOf: inside('splits.csv') });
    expect(readFileSync(inside('again.csv'), 'utf8')).toBe(first);
    await drawn({ out: inside('other.csv'), seed: 2, keepIds: true });
    const other = JSON.parse(readFileSync(inside('other.csv.json'), 'utf8'));
    expect([other.patients, other.salt]).toEqual(['ids', null]);
    expect(other.splitHash).not.toBe(side.splitHash);
    expect(readFileSync(inside('other.csv'), 'utf8')).toContain('image-003.png,p1,');
  });

  it('takes official splits, drops what is in none, and refuses those that share patients', async () => {
    writeImages(inside('images'), 4);
    const rows = ['image-000.png,a,train', 'image-001.png,b,test', 'image-002.png,c,', 'image-003.png,b,test'];
    writeFileSync(inside('labels.csv'), `path,patient,part\n${rows.join('\n')}\n`);
    await split({ labels: inside('labels.csv'), patientColumn: 'patient', splitColumn: 'part', by: 'official', out: inside('splits.csv') });
    expect(printed).toContain('Left out 1 of 4: in no split');
    expect(JSON.parse(readFileSync(inside('splits.csv.json'), 'utf8'))).toMatchObject({ source: 'official', splits: { train: { images: 1 }, test: { images: 2, patients: 1 } }, dropped: [{ reason: 'in no split', count: 1 }] });
    writeFileSync(inside('labels.csv'), `path,patient,part\n${rows.join('\n').replace('c,', 'b,train')}\n`);
    await expect(split({ labels: inside('labels.csv'), patientColumn: 'patient', splitColumn: 'part', by: 'official', out: inside('splits.csv') })).rejects.toThrow('Cannot take these splits as 1 patient is in more than one of them: split by patient instead');
    await expect(split({ labels: inside('labels.csv'), by: 'official', out: inside('splits.csv') })).rejects.toThrow('Cannot take official splits as no image has one');
  });

  it('says where patients are not known, and refuses shares that are none', async () => {
    writeImages(inside('images'), 4);
    await split({ out: inside('splits.csv'), fractions: 'train=0.5,test=0.5' });
    expect(printed).toContain('Patients are not known: give --patient-column, or images of one patient may be in two splits');
    expect(JSON.parse(readFileSync(inside('splits.csv.json'), 'utf8'))).toMatchObject({ patients: 'unknown', salt: null });
    for (const fractions of ['train=0.5', 'train', 'train=-1,test=2', 'train=x,test=1']) await expect(async () => split({ out: 'x.csv', fractions })).rejects.toThrow('--fractions must be names with shares that add up to 1, such as train=0.7,val=0.1,test=0.2');
  });
});

describe('data check', () => {
  it('passes what data split wrote', async () => {
    writeSet();
    await drawn();
    await check([inside('splits.csv')]);
    expect(printed.at(-1)).toBe('No part shares a patient with another, or an image');
    expect(report()).toMatchObject({ compared: 'patients and images', nearDuplicates: { threshold: 0.99, shift: 2 }, images: { compared: 30, complete: true, pairs: [] } });
    expect(report().manifests[0].splitHash).toBe(JSON.parse(readFileSync(inside('splits.csv.json'), 'utf8')).splitHash);
  });

  it('refuses shared patients and names no one', async () => {
    writeImages(inside('images'), 4);
    writeFileSync(inside('labels.csv'), `path,patient,split\n${['image-000.png,anna,train', 'image-001.png,anna,test', 'image-002.png,berta,test', 'image-003.png,berta,val'].join('\n')}\n`);
    await expect(check([inside('labels.csv')], { data: inside('images') })).rejects.toThrow('Cannot keep these parts apart as they share 2 patients and 0 pairs of images that show the same: split anew by patient, or leave the images out of one of them');
    expect(report().patients.map(({ shared }: { shared: unknown[] }) => shared.length)).toEqual([1, 0, 1]);
    expect(printed.join('\n') + JSON.stringify(report())).not.toMatch(/anna|berta/);
    await expect(check([inside('labels.csv')], { data: inside('images'), keepIds: true, patientsOnly: true })).rejects.toThrow('2 patients');
    expect(JSON.stringify(report())).toContain('anna');
  });

  it('refuses copies and near-duplicates across manifests, whatever their names', async () => {
    writeImages(inside('one'), 3);
    writeImages(inside('two'), 2, { first: 10 });
    copyFileSync(inside('one', 'image-001.png'), inside('two', 'renamed.png'));
    // The third image with 16 bits: another file, the same picture
    writeImages(inside('two'), 1, { first: 2, depth: 16 });
    await expect(check([inside('one'), inside('two')])).rejects.toThrow('Cannot keep these parts apart as they share 0 patients and 2 pairs of images that show the same');
    expect(report().images.pairs.map(({ kind, images }: { kind: string; images: { path: string }[] }) => [kind, ...images.map(({ path }) => path)])).toEqual([['copy', 'image-001.png', 'renamed.png'], ['near', 'image-002.png', 'image-002.png']]);
    expect(printed).toContain(`${inside('one')}: patients are not known: give --patient-column`);
    await expect(check([inside('one'), inside('two')], { copiesOnly: true })).rejects.toThrow('1 pair of images');
    await check([inside('one'), inside('two')], { patientsOnly: true });
    expect(printed.at(-1)).toBe('Nothing shared was found, but patients could not be compared for 1 of 1 pairs of parts');
  });

  it('lets training parts share, and compares pseudonyms with ids by their key', async () => {
    writeSet();
    await drawn();
    writeFileSync(inside('images', 'all.csv'), `path,patient\n${imagesOf(0, 9).map((path, i) => `${path},p${Math.floor(i / 3)}`).join('\n')}\n`);
    await drawn({ out: inside('same.csv'), keepIds: true });
    await check([inside('splits.csv'), inside('same.csv')], { patientsOnly: true });
    await expect(check([inside('splits.csv'), inside('images', 'all.csv')], { patientsOnly: true })).rejects.toThrow('they share 3 patients');
    await drawn({ out: inside('foreign.csv') });
    await check([inside('splits.csv'), inside('foreign.csv')], { patientsOnly: true });
    expect(printed.at(-1)).toMatch(/patients could not be compared for \d of \d+ pairs of parts/);
    expect(report().patients.filter(({ notCompared }: { notCompared?: string }) => notCompared === 'pseudonyms of two keys').length).toBe(6);
  });

  it('names bad files, or leaves them out', async () => {
    writeImages(inside('one'), 2);
    writeImages(inside('two'), 2, { first: 10 });
    writeFileSync(inside('two', 'bad.png'), 'no image');
    writeFileSync(inside('two', 'black.png'), encodePng(40, 40, new Array(1600).fill(0)));
    await expect(check([inside('one'), inside('two')])).rejects.toThrow(/^Cannot compare 2 of 6 files: bad.png \(.*\); black.png \(.*\); mend them, or leave them out with --on-bad-file skip$/);
    await check([inside('one'), inside('two')], { onBadFile: 'skip' });
    expect(report().images).toMatchObject({ compared: 4, bad: [{ path: 'bad.png' }, { path: 'black.png' }] });
  });

  it('refuses what there is nothing to compare with', async () => {
    writeImages(inside('one'), 2);
    await expect(check([inside('one')])).rejects.toThrow(`Cannot check ${inside('one')} as there is one part only: give --split-column, or more than one manifest`);
    await expect(check([inside('one'), inside('one')])).rejects.toThrow('Cannot check a manifest against itself: name each once');
    await expect(check([inside('none')])).rejects.toThrow(`Cannot check ${inside('none')} as there is no such file or folder`);
    await expect(check([inside('one'), inside('two')], { patientsOnly: true, copiesOnly: true })).rejects.toThrow('leave out one of');
    mkdirSync(inside('run'));
    writeFileSync(inside('run', 'config.json'), '{}');
    await expect(check([inside('run'), inside('one')])).rejects.toThrow(`Cannot check the run ${inside('run')} as it does not say what it was trained on: it has no trained-images.json`);
  });

  const real = fileURLToPath(new URL('../../../../../shared/data/cxr-real/labels.csv', import.meta.url));
  const columns = { pathColumn: 'file', patientColumn: 'patient_id' };
  it.skipIf(!existsSync(real))('refuses subset_split of the real radiographs, whose patients are shared, and passes suggested_split (skipped where ../shared/data is absent)', { timeout: 120_000 }, async () => {
    await expect(check([real], { ...columns, splitColumn: 'subset_split', patientsOnly: true })).rejects.toThrow(/^Cannot keep these parts apart as they share \d+ patients and 0 pairs/);
    await check([real], { ...columns, splitColumn: 'suggested_split', patientsOnly: true });
    expect(printed.at(-1)).toBe('No part shares a patient with another');
    // Images too, of the smaller sources
    await check([real], { ...columns, splitColumn: 'suggested_split', where: ['source=nih64', 'source=hannover256'] });
    expect(report().images).toMatchObject({ compared: 780, pairs: [] });
  });
});
