import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { filterRecords, findPatientOverlap, formatCsv, patientsOf, splitByPatient, type Cell, type RecordSelection } from '@cxr-ifa/datasets';
import { createRng, InputError, type ImageRecord } from '@cxr-ifa/tensor';
import { hashSplits } from '../classify/hashSplits.ts';
import type { CommandContext } from '../commands/command.ts';
import { describeSelection } from '../input/describeSelection.ts';
import { readRecords } from '../input/readRecords.ts';
import type { SplitOptions } from '../options/splitOptions.ts';
import { formatTable } from '../output/formatTable.ts';
import { createPseudonymiser } from '../output/pseudonymise.ts';
import { STATE_CELLS } from '../output/stateCell.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import { readTrainedImages } from '../run/trainedImages.ts';
import { readSplitFile, splitFileOf, writeSplitFile, type SplitFile } from './splitFile.ts';

/**
 * Writes a manifest: a row an image with its patient, split and findings, which every command takes for `--labels`.
 *
 * @throws {InputError} If the images or labels cannot be read, or official splits share a patient.
 */
export async function splitData(options: SplitOptions, { terminal }: CommandContext): Promise<void> {
  const { out, keepIds, by } = options;
  const read = await readRecords({ ...options, split: undefined, findingColumns: options.findings });
  const { selection, source } = by === 'official' ? officialSplits(read) : drawnSplits(read, options);
  const { records, findings } = selection;
  const known = records.some(({ patient }) => patient !== undefined);
  const salt = !known || keepIds ? undefined : options.pseudonymsOf === undefined ? randomBytes(32).toString('hex') : await saltOf(options.pseudonymsOf);
  const pseudonym = createPseudonymiser(salt === undefined, Buffer.from(salt ?? '', 'hex'));
  const rows = records.map((record): Cell[] => [record.path, pseudonym(record.patient), record.split, ...findings.map((finding) => STATE_CELLS[String(record.findings[finding] ?? 'unmentioned')])]);
  const splits = countSplits(records, known);
  const splitHash = hashSplits(records);
  await mkdir(dirname(out), { recursive: true });
  await writeSplitFile(out, {
    format: 'cxr-ifa-split-1',
    root: relative(resolve(dirname(out)), resolve(read.root)),
    source,
    splitHash,
    patients: !known ? 'unknown' : salt === undefined ? 'ids' : 'pseudonyms',
    salt: salt ?? null,
    splits,
    read: selection.total,
    dropped: selection.dropped.map((drop) => ({ ...drop })),
    unmatched: (selection.unmatched ?? []).map((found) => ({ ...found })),
  });
  await atomicWrite(out, formatCsv([['path', 'patient', 'split', ...findings], ...rows]));

  for (const line of describeSelection(selection)) terminal.print(line);
  for (const line of formatTable([['split', 'images', 'patients'], ...Object.entries(splits).map(([name, { images, patients }]) => [name, String(images), String(patients ?? 'unknown')])])) terminal.print(line);
  if (!known) terminal.print('Patients are not known: give --patient-column, or images of one patient may be in two splits');
  terminal.print(`Splits ${source}, hash ${splitHash.slice(0, 16)}`);
  terminal.print(`The manifest is ${out}; ${splitFileOf(out)} says what it was made of${salt === undefined ? '' : ', and holds the key of the pseudonyms: keep it to yourself'}`);
}

function officialSplits(selection: RecordSelection): { selection: RecordSelection; source: string } {
  const named = filterRecords(selection, 'in no split', ({ split }) => split !== undefined);
  if (named.records.length === 0) throw new InputError('Cannot take official splits as no image has one: give --split-column, the official lists beside the labels, or --by patient');
  const shared = findPatientOverlap(groupBySplit(named.records)).length;
  if (shared > 0) throw new InputError(`Cannot take these splits as ${shared} patient${shared === 1 ? ' is' : 's are'} in more than one of them: split by patient instead`);
  return { selection: named, source: 'official' };
}

function drawnSplits(selection: RecordSelection, { fractions, seed }: SplitOptions): { selection: RecordSelection; source: string } {
  const records = splitByPatient(selection.records, { fractions, rng: createRng(seed).fork('split') });
  const shares = Object.entries(fractions).map(([name, share]) => `${Number((100 * share).toFixed(4))} % ${name}`);
  return { selection: { ...selection, records }, source: `by patient, ${shares.join(', ')}, seed ${seed}` };
}

/** Records by their split. */
function groupBySplit(records: readonly ImageRecord[]): Record<string, ImageRecord[]> {
  const groups: Record<string, ImageRecord[]> = {};
  for (const record of records) (groups[record.split as string] ??= []).push(record);
  return groups;
}

function countSplits(records: readonly ImageRecord[], known: boolean): SplitFile['splits'] {
  return Object.fromEntries(Object.entries(groupBySplit(records)).map(([split, own]) => [split, { images: own.length, patients: known ? patientsOf(own).size : null }]));
}

/** The key of the pseudonyms in a manifest or a run. */
async function saltOf(path: string): Promise<string> {
  const salt = (await readSplitFile(path))?.salt ?? (await readTrainedImages(path))?.salt;
  if (!salt) throw new InputError(`Cannot give patients the pseudonyms of ${path} as nothing beside it holds their key: name a manifest of cxr-ifa data split that has pseudonyms, or a run`);
  return salt;
}
