import { InputError } from '@cxr-ifa/tensor';
import { bytesOf, integersOf } from './elementValues.ts';
import type { DataSet } from './readDataSet.ts';

/** A table of the standard: the value `first` and all below become the first entry, those beyond the end the last one. */
export interface LookupTable {
  readonly first: number;
  readonly entries: ArrayLike<number>;
  /** Bits an entry. */
  readonly bits: number;
}

/**
 * Reads a lookup table: its descriptor (number of entries, first value mapped, bits an entry) and its data, as bytes or 16-bit words.
 *
 * @param signed Whether the values that it maps are signed.
 * @see DICOM PS3.3, C.11.1.1 and C.11.2.1.1
 * @throws {InputError} If the table is missing, truncated, or of no entries.
 */
export function readLookupTable(dataSet: DataSet, descriptorTag: number, dataTag: number, signed: boolean, name: string): LookupTable {
  const [count, , bits] = integersOf(dataSet, descriptorTag);
  const [, first] = integersOf(dataSet, descriptorTag, signed);
  const data = bytesOf(dataSet, dataTag);
  if (count === undefined || first === undefined || bits === undefined || !data || !(bits >= 1 && bits <= 16)) throw new InputError(`Cannot decode the DICOM as its ${name} is incomplete`);
  const length = count & 0xffff || 65_536; // which 16 bits cannot say
  if (bits <= 8 && data.length >= length && data.length < 2 * length) return { first, entries: data.subarray(0, length), bits };
  const words = integersOf(dataSet, dataTag);
  if (words.length < length) throw new InputError(`Cannot decode the DICOM as its ${name} must have ${length} entries: current number is ${words.length}`);
  return { first, entries: words.slice(0, length), bits };
}

/** The entry for a value. */
export function lookUp({ first, entries }: LookupTable, value: number): number {
  const index = Math.floor(value) - first;
  return entries[index <= 0 ? 0 : index >= entries.length ? entries.length - 1 : index] as number;
}
