import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng } from '@cxr-ifa/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { classifyOptions } from '../options/classifyOptions.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import { drawFraction } from './drawFraction.ts';
import { hashSplits } from './hashSplits.ts';
import { selectLabelled, type LabelledSelection } from './selectLabelled.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function select(csv: string, given: Record<string, unknown>): Promise<LabelledSelection> {
  const data = join(folder, 'labels.csv');
  writeFileSync(data, csv);
  const options = resolveOptions('classify', classifyOptions, { data, init: 'random', out: 'unused', ...given });
  return selectLabelled({ ...options, uncertain: options.labelPolicy, blank: options.blankLabels });
}
const NAMED = `path,labels,patient,part
a.png,NORMAL,p1,train
b.png,PNEUMONIA|bacteria,p2,train
c.png,PNEUMONIA|virus,p3,val
d.png,PNEUMONIA|bacteria,p4,test
e.png,NORMAL,p5,test
`;
const named = { labelColumn: 'labels', patientColumn: 'patient', splitColumn: 'part' };
const COLUMNS = `path,nodule,effusion,patient,part
a.png,1,0,p1,train
b.png,0,-1,p2,train
c.png,,1,p3,test
`;
const columns = { patientColumn: 'patient', splitColumn: 'part', findings: 'nodule,effusion' };

describe('selectLabelled', () => {
  it('takes the images among which a finding is asked for, and counts the others', async () => {
    const { selection, findings } = await select(NAMED, { ...named, among: 'PNEUMONIA', findings: 'bacteria' });
    expect(selection.records.map(({ path, split, findings: states }) => [path, split, states['bacteria']])).toEqual([['b.png', 'train', 1], ['c.png', 'val', 0], ['d.png', 'test', 1]]);
    expect(selection.dropped).toEqual([{ reason: 'PNEUMONIA is not present', count: 2 }]);
    expect(selection.total).toBe(5);
    expect(findings).toEqual(['bacteria']);
  });

  it('leaves out images by a finding, and classifies what is left of the names', async () => {
    const { selection, findings } = await select(NAMED, { ...named, without: 'virus' });
    expect(selection.records.map(({ path }) => path)).toEqual(['a.png', 'b.png', 'd.png', 'e.png']);
    expect(findings).toEqual(['NORMAL', 'PNEUMONIA', 'bacteria']);
  });

  it('reads columns that are a finding each, and asks for a policy where it decides', async () => {
    await expect(select(COLUMNS, columns)).rejects.toThrow('Cannot read 1 uncertain labels without a policy, as results depend on it: give --label-policy u-ones, u-zeros or u-ignore');
    await expect(select(COLUMNS, { ...columns, labelPolicy: 'u-ones' })).rejects.toThrow('Cannot read 1 blank labels without a policy, as results depend on it: give --blank-labels negative or unknown');
    const { policy } = await select(COLUMNS, { ...columns, labelPolicy: 'u-ones', blankLabels: 'unknown' });
    expect(policy).toEqual({ uncertain: 'u-ones', blank: 'unknown' });
    expect((await select(NAMED, { ...named })).policy).toEqual({ uncertain: 'u-ignore', blank: 'unknown' });
  });

  it("takes publishers' names for the splits", async () => {
    const { selection } = await select(NAMED.replaceAll(',train\n', ',train_val\n').replace(',val\n', ',Validation\n').replace('p5,test', 'p5,other'), named);
    expect(selection.records.map(({ split }) => split)).toEqual(['train', 'train', 'val', 'test']);
    expect(selection.dropped).toEqual([{ reason: 'split is none of train, val, test', count: 1 }]);
  });

  it('splits by patient where no split is given, the same for the same seed', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i}.png,${i % 2},p${Math.floor(i / 3)}`);
    const given = { patientColumn: 'patient', findings: 'nodule' };
    const { selection, splitSource } = await select(`path,nodule,patient\n${rows.join('\n')}\n`, given);
    const { selection: reversed } = await select(`path,nodule,patient\n${[...rows].reverse().join('\n')}\n`, given);
    const { selection: other } = await select(`path,nodule,patient\n${rows.join('\n')}\n`, { ...given, seed: 2 });
    expect(splitSource).toBe('by patient, 70 % train, 10 % val, 20 % test, seed 1');
    const sizes = ['train', 'val', 'test'].map((split) => new Set(selection.records.filter((record) => record.split === split).map(({ patient }) => patient)).size);
    expect(sizes).toEqual([14, 2, 4]);
    expect(hashSplits(reversed.records)).toBe(hashSplits(selection.records));
    expect(hashSplits(other.records)).not.toBe(hashSplits(selection.records));
  });

  it.each([
    ['a finding that no label names', NAMED, { ...named, findings: 'bacterium' }, 'Cannot classify by the finding bacterium as the labels do not speak of it: their findings are NORMAL, PNEUMONIA, bacteria, virus'],
    ['findings of which no image is left', NAMED, { ...named, among: 'NORMAL,virus' }, 'Cannot classify as no image is left (3: NORMAL is not present, 2: virus is not present)'],
    ['no labels at all', NAMED, { splitColumn: 'part' }, 'Cannot classify without labels: give --label-column <column>, or the columns that are a finding each by --findings <names>'],
    ['a split without images', NAMED.replaceAll(',test\n', ',val\n'), named, 'Cannot classify as no image is in the split test'],
    ['a patient in two splits', NAMED.replace('p5', 'p1'), named, 'Cannot classify as 1 patient is in more than one split, and would be tested on what was learnt of them'],
    ['a blank split column', NAMED.replaceAll(/,(train|val|test)\n/g, ',\n'), named, 'Cannot split the images as the column part is blank in all of them'],
  ])('refuses %s', async (_what, csv, given, message) => {
    await expect(select(csv, given)).rejects.toThrow(message);
  });
});

describe('drawFraction', () => {
  const records = Array.from({ length: 200 }, (_, i) => ({ path: `${i}.png`, patient: `p${i >> 1}`, findings: {} }));

  it('draws whole patients, the smaller share within the larger, whatever the order', () => {
    const small = drawFraction(records, 0.1, createRng(1));
    const large = drawFraction(records, 0.5, createRng(1));
    expect(small).toHaveLength(20);
    expect(large).toHaveLength(100);
    expect(new Set(small.map(({ patient }) => patient)).size).toBe(10);
    expect(large).toEqual(expect.arrayContaining(small));
    expect(new Set(drawFraction([...records].reverse(), 0.1, createRng(1)))).toEqual(new Set(small));
    expect(drawFraction(records, 0.1, createRng(2))).not.toEqual(small);
  });

  it('takes all, and never none', () => {
    expect(drawFraction(records, 1, createRng(1))).toEqual(records);
    expect(drawFraction(records, 1e-6, createRng(1))).toHaveLength(2);
  });
});
