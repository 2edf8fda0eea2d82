import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { filterRecords, folderRecords, nihRecords, plainCsvRecords, type RecordSelection } from '@cxr-ifa/datasets';
import { InputError } from '@cxr-ifa/tensor';
import type { RecordOptionValues } from '../options/recordOptions.ts';
import { UsageError } from '../usageError.ts';
import { findDicomFiles } from './findDicomFiles.ts';
import { listFiles } from './listFiles.ts';

/** The images that a command takes. */
export interface ImageSelection extends RecordSelection {
  /** The folder that the records' paths begin at. */
  readonly root: string;
}

/** Values of `recordOptions`, and the columns of a plain CSV file that are a finding each. */
export interface ReadRecordsOptions extends RecordOptionValues {
  readonly findingColumns?: readonly string[];
}

/**
 * Finds the images that the record options select: those of a folder, or the rows of a CSV file.
 *
 * @param options Which images, and what is known of them.
 * @returns Records in the order of their paths (folder) or of the file's rows (CSV), at least one.
 * @throws {InputError} If there is no such folder or file, it cannot be read, or nothing is left.
 * @throws {UsageError} If the options contradict one another.
 */
export async function readRecords(options: ReadRecordsOptions): Promise<ImageSelection> {
  const { data, labels, split, splitColumn, labelFormat } = options;
  const isFolder = await stat(data).then((found) => found.isDirectory(), () => {
    throw new InputError(`Cannot find images as there is no folder or file ${data}`);
  });
  if (!isFolder && labels !== undefined) throw new UsageError(`Cannot find images as --data must be a folder where --labels names a CSV file: current value is ${data}`);
  const csv = isFolder ? labels : data;
  if (csv === undefined) {
    if (split !== undefined || options.where.length > 0) throw new UsageError('Cannot select images by --split or --where without a CSV file: give --labels <csv>');
    const paths = await listFiles(data);
    const selection = folderRecords(paths, { alsoImages: await findDicomFiles(data, paths) });
    return requireSome({ ...selection, root: data }, `the folder ${data} holds no .png, .jpg, .jpeg or DICOM file`);
  }

  const content = await readFile(csv, 'utf8').catch((error: Error) => {
    throw new InputError(`Cannot read the CSV file ${csv}: ${error.message}`, { cause: error });
  });
  const root = isFolder ? data : dirname(data);
  let selection: RecordSelection;
  if (labelFormat === 'nih') {
    if (options.where.length > 0) throw new UsageError('Cannot use --where with --label-format nih: its columns are fixed');
    const lists = await Promise.all(['train_val_list.txt', 'test_list.txt'].map((name) => readFile(`${dirname(csv)}/${name}`, 'utf8').catch(() => undefined)));
    selection = await locateByName(nihRecords(content, { ...(lists[0] !== undefined && { trainValList: lists[0] }), ...(lists[1] !== undefined && { testList: lists[1] }) }), root);
  } else {
    if (split !== undefined && splitColumn === undefined) throw new UsageError('Cannot take a --split without knowing its column: give --split-column <column>');
    selection = plainCsvRecords(content, columnsOf(options));
  }
  if (split !== undefined) selection = filterRecords(selection, `split is not ${split}`, (record) => record.split === split);
  return requireSome({ ...selection, root }, `${csv} has no row that fits`);
}

function columnsOf({ pathColumn, labelColumn, labelSeparator, patientColumn, splitColumn, where, findingColumns = [] }: ReadRecordsOptions): Parameters<typeof plainCsvRecords>[1] {
  const wanted: Record<string, string[]> = {};
  for (const condition of where) {
    const at = condition.indexOf('=');
    (wanted[condition.slice(0, at)] ??= []).push(condition.slice(at + 1));
  }
  return { pathColumn, labelSeparator, findingColumns, where: wanted, ...(labelColumn && { labelColumn }), ...(patientColumn && { patientColumn }), ...(splitColumn && { splitColumn }) };
}

/** NIH's tables name files without the folders that its archives unpack to (`images_001/images/`). */
async function locateByName(selection: RecordSelection, root: string): Promise<RecordSelection> {
  const paths = new Map((await listFiles(root)).map((path) => [basename(path), path]));
  const located = filterRecords(selection, 'no such file in the folder', ({ path }) => paths.has(path));
  return { ...located, records: located.records.map((record) => ({ ...record, path: paths.get(record.path) as string })) };
}

function requireSome(selection: ImageSelection, reason: string): ImageSelection {
  if (selection.records.length > 0) return selection;
  const dropped = selection.dropped.map(({ reason: why, count }) => `${count} ${why}`).join(', ');
  throw new InputError(`Cannot find images as ${reason}${dropped && ` (dropped: ${dropped})`}`);
}
