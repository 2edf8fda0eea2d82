import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dicomRecord, type RecordSelection } from '@cxr-ifa/datasets';
import { isInputError, type ImageRecord } from '@cxr-ifa/tensor';
import { findDicomFiles } from './findDicomFiles.ts';
import { listFiles } from './listFiles.ts';
import { mapInOrder } from './mapInOrder.ts';

/** What nearly always holds the elements that a record needs. */
const HEADER_BYTES = 65_536;

/**
 * Makes records of the DICOM files in a folder, whatever they are called: patient, view, sex and age from their headers, so that splits and intervals go by
 * patient. A file whose header cannot be read stays in, without a patient: preparing it says what is wrong with it.
 *
 * @returns Records in the order of their paths; other files are dropped and counted.
 */
export async function readDicomFolder(folder: string): Promise<RecordSelection> {
  const paths = (await listFiles(folder)).sort();
  const unnamed = await findDicomFiles(folder, paths);
  const images = paths.filter((path) => /\.(dcm|dicom)$/i.test(path) || unnamed.has(path));
  const records: ImageRecord[] = [];
  for await (const record of mapInOrder(images, (path) => readHeader(folder, path), 16)) records.push(record);
  const others = paths.length - images.length;
  return { records, findings: [], total: paths.length, dropped: others > 0 ? [{ reason: 'no DICOM file', count: others }] : [] };
}

async function readHeader(folder: string, path: string): Promise<ImageRecord> {
  // A header longer than its usual part, or a deflated one, needs the whole file
  for (const read of [readBeginning, readFile]) {
    try {
      // The study's UID would only be a way to tell who it was: nothing here needs it
      const { study: _, ...record } = await dicomRecord(await read(join(folder, path)), path);
      return record;
    } catch (error) {
      if (!isInputError(error)) throw error;
    }
  }
  return { path, findings: {} };
}

async function readBeginning(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(HEADER_BYTES), 0, HEADER_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
