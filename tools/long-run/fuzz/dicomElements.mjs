// DICOM files as lists of top-level elements that can be changed and written back, faults included.
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { concatenate } from './draw.mjs';

const LONG_VRS = ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'];
const UNDEFINED = 0xffffffff;
const [PIXEL_DATA, ITEM, ITEM_END, SEQUENCE_END, TRANSFER_SYNTAX] = [0x7fe00010, 0xfffee000, 0xfffee00d, 0xfffee0dd, 0x00020010];
const ROOT = '1.2.840.10008.1.2';
const META = { explicit: true, littleEndian: true };

/** Of the syntaxes with a layout of their own; all others are explicit little endian. */
const ENCODINGS = {
  [ROOT]: { explicit: false, littleEndian: true },
  [`${ROOT}.2`]: { explicit: true, littleEndian: false },
  [`${ROOT}.1.99`]: { ...META, deflated: true },
};

/**
 * Takes a file apart.
 *
 * @returns `{ preamble, meta, elements, encoding }`; an element is `{ tag, vr, value }`, or `{ tag, vr, fragments }` for wrapped pixel data.
 * @throws {RangeError} If the file cannot be walked to its end.
 */
export function readDicom(bytes) {
  const file = Buffer.from(bytes);
  const start = file.toString('latin1', 128, 132) === 'DICM' ? 132 : 0;
  const [meta, metaEnd] = file[start] === 2 ? readElements(file, start, META, (tag) => tag >>> 16 !== 2) : [[], start];
  const syntax = meta.find(({ tag }) => tag === TRANSFER_SYNTAX)?.value.toString('latin1').replace(/\0$/, '');
  const encoding = ENCODINGS[syntax] ?? (syntax === undefined && !/^[A-Z]{2}$/.test(file.toString('latin1', metaEnd + 4, metaEnd + 6)) ? ENCODINGS[ROOT] : META);
  const body = encoding.deflated ? inflateRawSync(file.subarray(metaEnd), { maxOutputLength: 2 ** 24 }) : file.subarray(metaEnd);
  const [elements] = readElements(body, 0, encoding, () => false);
  return { preamble: file.subarray(0, start), meta, elements, encoding };
}

/** Puts a file together again; lengths are what elements say (`length`) or what their values have. */
export function writeDicom({ preamble, meta, elements, encoding }) {
  const body = Buffer.concat(elements.map((element) => writeElement(element, encoding)));
  return concatenate([preamble, ...meta.map((element) => writeElement(element, META)), encoding.deflated ? deflateRawSync(body, { level: 1 }) : body]);
}

/** One element as bytes. */
export function writeElement({ tag, vr, value, fragments, length }, { explicit, littleEndian }) {
  const body = fragments ? Buffer.concat([...fragments.map((fragment) => writeItem(ITEM, fragment, littleEndian)), writeItem(SEQUENCE_END, Buffer.alloc(0), littleEndian)]) : value;
  const size = length ?? (fragments ? UNDEFINED : body.length);
  const long = !explicit || LONG_VRS.includes(vr);
  const header = Buffer.alloc(explicit && long ? 12 : 8);
  writeTag(header, tag, littleEndian);
  if (explicit) header.write((vr ?? 'UN').slice(0, 2), 4, 'latin1');
  if (long) write(header, 4, size >>> 0, header.length - 4, littleEndian);
  else write(header, 2, size & 0xffff, 6, littleEndian);
  return Buffer.concat([header, body]);
}

/** An item, or a delimiter, in front of its content. */
export function writeItem(tag, content, littleEndian, length = content.length) {
  const header = Buffer.alloc(8);
  writeTag(header, tag, littleEndian);
  write(header, 4, length, 4, littleEndian);
  return Buffer.concat([header, content]);
}

function readElements(file, start, encoding, isEnd) {
  const elements = [];
  let offset = start;
  while (offset + 8 <= file.length && !isEnd(readTag(file, offset, encoding))) {
    const header = readHeader(file, offset, encoding);
    const { tag, vr, valueStart, length } = header;
    if (length !== UNDEFINED) {
      offset = valueStart + length;
      elements.push({ tag, vr, value: file.subarray(valueStart, offset) });
    } else if (tag === PIXEL_DATA) {
      const [fragments, end] = readFragments(file, valueStart, encoding);
      elements.push({ tag, vr, fragments });
      offset = end;
    } else {
      offset = skipItems(file, valueStart, encoding);
      elements.push({ tag, vr, value: file.subarray(valueStart, offset), length });
    }
  }
  return [elements, offset];
}

function readHeader(file, offset, encoding) {
  const tag = readTag(file, offset, encoding);
  const number = (size, at) => (encoding.littleEndian ? file.readUIntLE(at, size) : file.readUIntBE(at, size));
  if (!encoding.explicit || tag >= ITEM) return { tag, vr: undefined, valueStart: offset + 8, length: number(4, offset + 4) };
  const vr = file.toString('latin1', offset + 4, offset + 6);
  return LONG_VRS.includes(vr) ? { tag, vr, valueStart: offset + 12, length: number(4, offset + 8) } : { tag, vr, valueStart: offset + 8, length: number(2, offset + 6) };
}

function readFragments(file, start, encoding) {
  const fragments = [];
  for (let offset = start; ; ) {
    const { tag, valueStart, length } = readHeader(file, offset, encoding);
    offset = valueStart + length;
    if (tag !== ITEM) return [fragments, valueStart];
    fragments.push(file.subarray(valueStart, offset));
  }
}

function skipItems(file, start, encoding) {
  for (let offset = start; ; ) {
    const { tag, valueStart, length } = readHeader(file, offset, encoding);
    if (tag === SEQUENCE_END) return valueStart;
    offset = length === UNDEFINED ? skipElements(file, valueStart, encoding) : valueStart + length;
  }
}

function skipElements(file, start, encoding) {
  for (let offset = start; ; ) {
    const { tag, valueStart, length } = readHeader(file, offset, encoding);
    if (tag === ITEM_END) return valueStart;
    offset = length === UNDEFINED ? skipItems(file, valueStart, encoding) : valueStart + length;
  }
}

function readTag(file, offset, { littleEndian }) {
  const part = (at) => (littleEndian ? file.readUInt16LE(at) : file.readUInt16BE(at));
  return part(offset) * 0x10000 + part(offset + 2);
}

function writeTag(header, tag, littleEndian) {
  write(header, 2, tag >>> 16, 0, littleEndian);
  write(header, 2, tag & 0xffff, 2, littleEndian);
}

function write(buffer, size, number, at, littleEndian) {
  if (littleEndian) buffer.writeUIntLE(number, at, size);
  else buffer.writeUIntBE(number, at, size);
}
