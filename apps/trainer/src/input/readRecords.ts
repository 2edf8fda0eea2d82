import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { filterRecords, folderRecords, plainCsvRecords, type FolderOptions, type RecordSelection } from '@cxr-ifa/datasets';
import { InputError } from '@cxr-ifa/tensor';
import type { RecordOptionValues } from '../options/recordOptions.ts';
import { UsageError } from '../usageError.ts';
import { findDicomFiles } from './findDicomFiles.ts';
import { openImageCache } from './imageCache.ts';
import { listFiles } from './listFiles.ts';
import { readDicomFolder } from './readDicomFolder.ts';
import { readLabelFormat } from './readLabelFormat.ts';
import { readText } from './readText.ts';

/** The images that a command takes. */
export interface ImageSelection extends RecordSelection {
  /** The folder that the records' paths begin at. */
  readonly root: string;
}

/** Values of `recordOptions`, and the columns of a plain CSV file that are a finding each, or say more of the image. */
export interface ReadRecordsOptions extends RecordOptionValues {
  readonly findingColumns?: readonly string[];
  readonly viewColumn?: string | undefined;
  readonly sexColumn?: string | undefined;
  readonly ageColumn?: string | undefined;
}

/**
 * Finds the images that the record options select: those of a folder, the rows of a CSV file, or a public data set's, joined with the files that there are.
 *
 * @param options Which images, and what is known of them.
 * @returns Records in the order of their paths (folder) or of the file's rows (CSV, data set), at least one.
 * @throws {InputError} If there is no such folder or file, it cannot be read, or nothing is left.
 * @throws {UsageError} If the options contradict one another.
 */
export async function readRecords(options: ReadRecordsOptions): Promise<ImageSelection> {
  const { data, labels, split, labelFormat } = options;
  const isFolder = await stat(data).then((found) => found.isDirectory(), () => {
    throw new InputError(`Cannot find images as there is no folder or file ${data}`);
  });
  if (!isFolder && labels !== undefined) throw new UsageError(`Cannot find images as --data must be a folder where --labels names a CSV file: current value is ${data}`);
  if (labelFormat !== 'plain' && options.where.length > 0) throw new UsageError(`Cannot use --where with --label-format ${labelFormat}: its columns are fixed`);
  const root = isFolder ? data : dirname(data);
  const csv = isFolder ? labels : data;
  const selection = await select(options, root, csv);
  const kept = split === undefined ? selection : filterRecords(selection, `split is not ${split}`, (record) => record.split === split);
  const nothing = csv !== undefined ? `${csv} has no row that fits` : ['plain', 'folders', 'dicom'].includes(labelFormat) ? `the folder ${data} holds no .png, .jpg, .jpeg or DICOM file` : `the labels in ${data} have no row that fits`;
  return requireSome({ ...kept, root }, nothing);
}

async function select(options: ReadRecordsOptions, root: string, csv: string | undefined): Promise<RecordSelection> {
  const { labelFormat } = options;
  if (labelFormat === 'folders') return readFolders(options, csv);
  if (labelFormat === 'dicom') {
    if (csv !== undefined) throw new UsageError('Cannot read DICOM headers as labels from a CSV file: give --data <folder> without --labels');
    return readDicomFolder(root);
  }
  if (labelFormat !== 'plain') return readLabelFormat(labelFormat, csv ?? root, await imagesOf(root));
  return csv === undefined ? readFolder(options) : readPlain(csv, options);
}

async function readFolder({ data, split, where }: ReadRecordsOptions): Promise<RecordSelection> {
  if (split !== undefined || where.length > 0) throw new UsageError('Cannot select images by --split or --where without a CSV file: give --labels <csv>');
  return recordsOfFolder(data);
}

async function readFolders({ data }: ReadRecordsOptions, csv: string | undefined): Promise<RecordSelection> {
  if (csv !== undefined) throw new UsageError('Cannot read folders as labels from a CSV file: give --data <folder> without --labels');
  return recordsOfFolder(data, { classFolders: true, splitFolders: true });
}

async function readPlain(csv: string, options: ReadRecordsOptions): Promise<RecordSelection> {
  if (options.split !== undefined && options.splitColumn === undefined) throw new UsageError('Cannot take a --split without knowing its column: give --split-column <column>');
  return plainCsvRecords(await readText(csv), columnsOf(options));
}

/** DICOM files often have names without an ending: those of a folder are known by their first bytes. */
async function recordsOfFolder(folder: string, options: FolderOptions = {}): Promise<RecordSelection> {
  const prepared = await openImageCache(folder);
  if (prepared) return folderRecords(prepared.manifest.images, { ...options, alsoImages: new Set(prepared.manifest.images) });
  const paths = await listFiles(folder);
  return folderRecords(paths, { ...options, alsoImages: await findDicomFiles(folder, paths) });
}

/** The files of a folder, or the images of a folder of prepared ones. */
async function imagesOf(folder: string): Promise<readonly string[]> {
  return (await openImageCache(folder))?.manifest.images ?? listFiles(folder);
}

function columnsOf({ pathColumn, labelColumn, labelSeparator, patientColumn, splitColumn, where, findingColumns = [], viewColumn, sexColumn, ageColumn }: ReadRecordsOptions): Parameters<typeof plainCsvRecords>[1] {
  const wanted: Record<string, string[]> = {};
  for (const condition of where) {
    const at = condition.indexOf('=');
    (wanted[condition.slice(0, at)] ??= []).push(condition.slice(at + 1));
  }
  return { pathColumn, labelSeparator, findingColumns, where: wanted, ...(labelColumn && { labelColumn }), ...(patientColumn && { patientColumn }), ...(splitColumn && { splitColumn }), ...(viewColumn && { viewColumn }), ...(sexColumn && { sexColumn }), ...(ageColumn && { ageColumn }) };
}

function requireSome(selection: ImageSelection, reason: string): ImageSelection {
  if (selection.records.length > 0) return selection;
  const dropped = selection.dropped.map(({ reason: why, count }) => `${count} ${why}`).join(', ');
  throw new InputError(`Cannot find images as ${reason}${dropped && ` (dropped: ${dropped})`}`);
}
