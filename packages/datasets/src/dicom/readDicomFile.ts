import { InputError, isInputError } from '@cxr-ifa/tensor';
import type { Inflate } from '../inflateZlib.ts';
import { textOf } from './elementValues.ts';
import { inflateRaw as builtInInflateRaw } from './inflateRaw.ts';
import { readDataSet, type DataSet, type Encoding } from './readDataSet.ts';
import { startOfDataSet } from './startOfDataSet.ts';
import { TRANSFER_SYNTAXES, UNSUPPORTED_TRANSFER_SYNTAXES, type TransferSyntax } from './transferSyntaxes.ts';

/** A DICOM file whose elements are found. */
export interface DicomFile {
  readonly dataSet: DataSet;
  readonly transferSyntax: TransferSyntax;
}

export interface ReadDicomFileOptions {
  readonly inflateRaw?: Inflate | undefined;
  /** The most bytes that a deflated data set may have. */
  readonly maximumLength: number;
  /** The first tag that is not wanted. */
  readonly before?: number;
}

const UID_ROOT = '1.2.840.10008.1.2';
const TRANSFER_SYNTAX_UID = 0x00020010;
const META: Encoding = { explicit: true, littleEndian: true };

/**
 * Finds the elements of a DICOM file, with or without preamble and file meta information.
 * Where no transfer syntax is named, explicit and implicit little endian are told apart by the first element.
 *
 * @throws {InputError} If the file is truncated, corrupt, or of a transfer syntax that is not supported.
 */
export async function readDicomFile(bytes: Uint8Array, { inflateRaw = builtInInflateRaw, maximumLength, before }: ReadDicomFileOptions): Promise<DicomFile> {
  const start = startOfDataSet(bytes);
  if (start < 0) throw new InputError('Cannot read the DICOM as the file does not start like one');
  const hasMeta = bytes[start] === 2 && bytes[start + 1] === 0;
  const meta = hasMeta ? readDataSet(bytes, META, { start, before: 0x00030000 }) : undefined;
  const dataStart = meta?.end ?? start;
  const uid = meta && textOf(meta, TRANSFER_SYNTAX_UID);
  const transferSyntax = uid === undefined ? guessTransferSyntax(bytes, dataStart) : findTransferSyntax(uid);
  const part = before === undefined ? {} : { before };
  if (!transferSyntax.deflated) return { dataSet: readDataSet(bytes, transferSyntax, { start: dataStart, ...part }), transferSyntax };
  let inflated: Uint8Array;
  try {
    inflated = await inflateRaw(bytes.subarray(dataStart), maximumLength);
  } catch (error) {
    if (isInputError(error)) throw error;
    throw new InputError(`Cannot read the DICOM as its deflated data are truncated, corrupt or too large: ${(error as Error).message}`, { cause: error });
  }
  return { dataSet: readDataSet(inflated, transferSyntax, { start: 0, ...part }), transferSyntax };
}

function findTransferSyntax(uid: string): TransferSyntax {
  const short = uid.startsWith(UID_ROOT) ? uid.slice(UID_ROOT.length) : uid;
  const found = Object.hasOwn(TRANSFER_SYNTAXES, short) ? TRANSFER_SYNTAXES[short] : undefined;
  if (found) return found;
  const name = Object.hasOwn(UNSUPPORTED_TRANSFER_SYNTAXES, short) ? UNSUPPORTED_TRANSFER_SYNTAXES[short] : undefined;
  throw new InputError(`Cannot decode the DICOM as its transfer syntax is not supported: current one is ${name ?? (/^\d+(\.\d+)*$/.test(uid) && uid.length <= 64 ? uid : 'no valid UID')}`);
}

function guessTransferSyntax(bytes: Uint8Array, start: number): TransferSyntax {
  const letters = String.fromCharCode(...bytes.subarray(start + 4, start + 6));
  return (/^[A-Z]{2}$/.test(letters) ? TRANSFER_SYNTAXES['.1'] : TRANSFER_SYNTAXES['']) as TransferSyntax;
}
