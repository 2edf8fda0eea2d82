import { InputError } from '@cxr-ifa/tensor';

/** How a data set is written: with or without value representations, and its byte order. */
export interface Encoding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

/** Where an element's value lies; its length is `undefined` where only a delimiter ends it. */
export interface DataElement {
  readonly tag: number;
  /** The value representation; `undefined` where the encoding leaves it out. */
  readonly vr: string | undefined;
  readonly start: number;
  readonly length: number | undefined;
}

/** The elements of a data set or of a sequence item; their values stay in `bytes`. */
export interface DataSet {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly encoding: Encoding;
  readonly elements: ReadonlyMap<number, DataElement>;
  /** Where the last element that was read ends. */
  readonly end: number;
}

export const PIXEL_DATA = 0x7fe00010;
export const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
export const SEQUENCE_END = 0xfffee0dd;

const UNDEFINED_LENGTH = 0xffffffff;
/** Those whose length has 32 bits behind 16 unused ones. */
const LONG_VRS: ReadonlySet<string> = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const IMPLICIT: Encoding = { explicit: false, littleEndian: true };

/** Real objects nest four or five deep and hold hundreds of elements; more is made to exhaust the reader. */
const MAXIMUM_DEPTH = 32;
const MAXIMUM_ELEMENTS = 65_536;

/** The part of the bytes to read: from `start`, at most to `end`, and only tags below `before`. */
export interface DataSetPart {
  readonly start: number;
  readonly end?: number;
  /** The first tag that is not wanted: reading ends there, and what follows may be missing. */
  readonly before?: number;
}

/**
 * Reads the elements of a data set without reading their values: nothing is allocated by a length that the file claims,
 * every byte is visited once, and nesting is bounded. The pixel data end the reading; whether they are all there is the caller's to check.
 *
 * @see DICOM PS3.5, section 7
 * @throws {InputError} If the data set is truncated, corrupt, or nested too deeply.
 */
export function readDataSet(bytes: Uint8Array, encoding: Encoding, { start, end = bytes.length, before = Infinity }: DataSetPart): DataSet {
  const view = new DataView(bytes.buffer, bytes.byteOffset, end);
  const elements = new Map<number, DataElement>();
  let offset = start;
  // The tag alone decides whether this is the end: behind it another encoding may begin
  while (offset < end) {
    if (offset + 4 > end) throw truncated(offset);
    const tag = readTag(view, offset, encoding.littleEndian);
    if (tag >= before || tag === ITEM_END) break;
    const element = readElement(view, offset, encoding);
    // The first of two equal tags counts: none is allowed to come twice
    if (!elements.has(element.tag)) elements.set(element.tag, element);
    if (element.tag === PIXEL_DATA) break;
    if (elements.size > MAXIMUM_ELEMENTS) throw new InputError(`Cannot read the DICOM as it must have at most ${MAXIMUM_ELEMENTS} elements`);
    offset = endOf(view, element, encoding, 0);
  }
  return { bytes, view, encoding, elements, end: offset };
}

/** The items of a sequence, each a data set. */
export function* sequenceItems({ bytes, view, encoding, elements }: DataSet, tag: number): Generator<DataSet, void, void> {
  const element = elements.get(tag);
  if (!element) return;
  const inner = element.vr === 'UN' ? IMPLICIT : encoding;
  const end = element.start + (element.length ?? view.byteLength - element.start);
  for (let offset = element.start; offset < end; ) {
    const item = readItem(view, offset, inner);
    if (item.tag === SEQUENCE_END) return;
    const itemEnd = item.length === undefined ? view.byteLength : item.start + item.length;
    const dataSet = readDataSet(bytes, inner, { start: item.start, end: itemEnd });
    yield dataSet;
    offset = item.length === undefined ? dataSet.end + 8 : itemEnd;
  }
}

/** Reads the header of an item or of a sequence's end. */
export function readItem(view: DataView, offset: number, { littleEndian }: Encoding): DataElement {
  if (offset + 8 > view.byteLength) throw truncated(offset);
  const tag = readTag(view, offset, littleEndian);
  if (tag !== ITEM && tag !== SEQUENCE_END) throw new InputError(`Cannot read the DICOM as a sequence must consist of items: there is none at byte ${offset}`);
  const length = view.getUint32(offset + 4, littleEndian);
  if (length !== UNDEFINED_LENGTH && offset + 8 + length > view.byteLength) throw truncated(offset);
  return { tag, vr: undefined, start: offset + 8, length: length === UNDEFINED_LENGTH ? undefined : length };
}

/** Reads an element's header. Delimiters have no value representation in any encoding. */
function readElement(view: DataView, offset: number, { explicit, littleEndian }: Encoding): DataElement {
  if (offset + 8 > view.byteLength) throw truncated(offset);
  const tag = readTag(view, offset, littleEndian);
  if (!explicit || tag >= ITEM) return elementOf(tag, undefined, offset + 8, view.getUint32(offset + 4, littleEndian));
  const vr = String.fromCharCode(view.getUint8(offset + 4), view.getUint8(offset + 5));
  if (!/^[A-Z]{2}$/.test(vr)) throw new InputError(`Cannot read the DICOM as every element must name its value representation: the one at byte ${offset} names none, the file is corrupt`);
  if (!LONG_VRS.has(vr)) return elementOf(tag, vr, offset + 8, view.getUint16(offset + 6, littleEndian));
  if (offset + 12 > view.byteLength) throw truncated(offset);
  return elementOf(tag, vr, offset + 12, view.getUint32(offset + 8, littleEndian));
}

function elementOf(tag: number, vr: string | undefined, start: number, length: number): DataElement {
  return { tag, vr, start, length: length === UNDEFINED_LENGTH ? undefined : length };
}

/** Where the element behind this one starts. */
function endOf(view: DataView, { start, length, vr }: DataElement, encoding: Encoding, depth: number): number {
  if (length === undefined) return endOfSequence(view, start, vr === 'UN' ? IMPLICIT : encoding, depth + 1);
  if (start + length > view.byteLength) throw truncated(start);
  return start + length;
}

/** Walks over a sequence that only a delimiter ends. */
function endOfSequence(view: DataView, start: number, encoding: Encoding, depth: number): number {
  if (depth > MAXIMUM_DEPTH) throw new InputError(`Cannot read the DICOM as its sequences must be nested at most ${MAXIMUM_DEPTH} deep`);
  for (let offset = start; ; ) {
    const item = readItem(view, offset, encoding);
    offset = item.start + (item.length ?? 0);
    if (item.tag === SEQUENCE_END) return offset;
    if (item.length !== undefined) continue;
    for (let element = readElement(view, offset, encoding); ; element = readElement(view, offset, encoding)) {
      offset = element.tag === ITEM_END ? element.start : endOf(view, element, encoding, depth);
      if (element.tag === ITEM_END) break;
    }
  }
}

function readTag(view: DataView, offset: number, littleEndian: boolean): number {
  return view.getUint16(offset, littleEndian) * 0x10000 + view.getUint16(offset + 2, littleEndian);
}

function truncated(offset: number): InputError {
  return new InputError(`Cannot read the DICOM as the element at byte ${offset} ends outside the file: it is truncated or corrupt`);
}
