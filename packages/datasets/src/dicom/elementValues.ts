import { InputError } from '@cxr-ifa/tensor';
import type { DataElement, DataSet } from './readDataSet.ts';

/** No text that is read here comes near this length. */
const MAXIMUM_TEXT = 4096;
/** The longest list is a lookup table's. */
const MAXIMUM_INTEGERS = 65_536;

/** An element's bytes; `undefined` where it is missing or empty. */
export function bytesOf({ bytes, view, elements }: DataSet, tag: number): Uint8Array | undefined {
  const element = elements.get(tag);
  if (!element?.length) return undefined;
  if (element.start + element.length > view.byteLength) throw new InputError(`Cannot read the DICOM as its element ${tagName(element)} ends outside the file: it is truncated or corrupt`);
  return bytes.subarray(element.start, element.start + element.length);
}

/**
 * An element's text without its padding; `undefined` where it is missing or empty.
 * Each byte becomes one character, whatever the file's character set: codes are ASCII, and what identifies a patient stays distinct.
 */
export function textOf(dataSet: DataSet, tag: number): string | undefined {
  const bytes = bytesOf(dataSet, tag)?.subarray(0, MAXIMUM_TEXT);
  const text = bytes && String.fromCharCode(...bytes).replaceAll('\0', ' ').trim();
  return text === '' ? undefined : text;
}

/** The numbers of a text element (IS, DS), which a backslash divides; `undefined` where it is missing or empty. */
export function decimalsOf(dataSet: DataSet, tag: number): readonly number[] | undefined {
  const parts = textOf(dataSet, tag)?.split('\\');
  const numbers = parts?.map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (numbers && !Number.isFinite(numbers[0])) throw new InputError(`Cannot read the DICOM as its element ${tagName({ tag })} must be a number`);
  return numbers;
}

/** The 16-bit integers of an element (US, SS); empty where it is missing. SS is signed in any case, other kinds where `signed` says so. */
export function integersOf(dataSet: DataSet, tag: number, signed = false): number[] {
  const bytes = bytesOf(dataSet, tag);
  if (!bytes) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { littleEndian } = dataSet.encoding;
  const asSigned = signed || dataSet.elements.get(tag)?.vr === 'SS';
  return Array.from({ length: Math.min(bytes.length >> 1, MAXIMUM_INTEGERS) }, (_, index) => (asSigned ? view.getInt16(2 * index, littleEndian) : view.getUint16(2 * index, littleEndian)));
}

/** A tag as the standard writes it, for messages. */
export function tagName({ tag }: Pick<DataElement, 'tag'>): string {
  const hex = tag.toString(16).padStart(8, '0');
  return `(${hex.slice(0, 4)},${hex.slice(4)})`;
}
