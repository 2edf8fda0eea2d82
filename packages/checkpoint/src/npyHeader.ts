import { InputError } from '@cxr-ifa/tensor';
import { elementCount, type StoredType } from './storedTensor.ts';

/** NumPy's names of the types that both sides know. */
const DESCRIPTIONS: Readonly<Partial<Record<StoredType, string>>> = {
  F64: '<f8', F32: '<f4', F16: '<f2', I64: '<i8', I32: '<i4', I16: '<i2', I8: '|i1', U64: '<u8', U32: '<u4', U16: '<u2', U8: '|u1', BOOL: '|b1',
};
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
const ALIGNMENT = 64;
/** A header says a type and a shape: far more than that is no header. */
const MAXIMUM_HEADER_BYTES = 65536;

/** What stands before the elements of a .npy file. */
export interface NpyHeader {
  readonly dtype: StoredType;
  readonly shape: readonly number[];
  /** The byte at which the elements begin. */
  readonly offset: number;
}

/**
 * Writes the header of a .npy file, the same bytes as `numpy.save`; the elements follow row by row, little-endian.
 * For files that are written or read piece by piece; `encodeNpy` makes a whole one.
 *
 * @param dtype The type of the elements.
 * @param shape The shape.
 * @returns The header, a multiple of 64 bytes long.
 * @throws {TypeError} If NumPy has no such type, or the shape is none.
 */
export function encodeNpyHeader(dtype: StoredType, shape: readonly number[]): Uint8Array {
  const description = DESCRIPTIONS[dtype];
  if (!description) throw new TypeError(`Cannot write a .npy file as its type must be one of ${Object.keys(DESCRIPTIONS).join(', ')}: current value is ${dtype}`);
  if (elementCount(shape) === undefined) throw new TypeError(`Cannot write a .npy file as its shape must be non-negative integers with a countable product: current value is [${shape.join(', ')}]`);
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  let text = `{'descr': '${description}', 'fortran_order': False, 'shape': ${tuple}, }`;
  text += ' '.repeat(shape.length > 0 ? Math.max(0, 21 - `${shape[0]}`.length) : 0); // NumPy leaves room for the first size to grow in place
  const prefix = MAGIC.length + 4;
  const total = Math.ceil((prefix + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new TextEncoder().encode(`${' '.repeat(prefix)}${text.padEnd(total - prefix - 1)}\n`);
  bytes.set([...MAGIC, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, total - prefix, true);
  return bytes;
}

/**
 * Reads the header of a .npy file (versions 1 to 3, C order, little-endian). Parsed, never evaluated.
 *
 * @param bytes The beginning of the file, at least its header.
 * @returns Type, shape, and where the elements begin.
 * @throws {InputError} If it is no such header.
 */
export function decodeNpyHeader(bytes: Uint8Array): NpyHeader {
  if (bytes.length < 12 || MAGIC.some((byte, index) => bytes[index] !== byte)) throw new InputError('Cannot read the .npy file as it must begin with NumPy\'s signature');
  const version = bytes[6] as number;
  if (version < 1 || version > 3) throw refusal('its version must be 1, 2 or 3', version);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begin = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > Math.min(bytes.length - begin, MAXIMUM_HEADER_BYTES)) throw refusal(`its header must fit into the file of ${bytes.length} bytes and into ${MAXIMUM_HEADER_BYTES}`, length);
  const text = new TextDecoder().decode(bytes.subarray(begin, begin + length));

  const description = /'descr': *'([^']*)'/.exec(text)?.[1];
  const dtype = (Object.keys(DESCRIPTIONS) as StoredType[]).find((type) => DESCRIPTIONS[type] === description?.replace(/^[<|=](?=[a-z]1$)/, '|'));
  if (!dtype) throw refusal(`its type must be one of ${Object.values(DESCRIPTIONS).join(', ')}`, description ?? text.trim().slice(0, 80));
  const order = /'fortran_order': *(True|False)/.exec(text)?.[1];
  if (order !== 'False') throw refusal('its elements must be in C order (fortran_order False)', order ?? text.trim().slice(0, 80));
  const tuple = /'shape': *\(((?:\d+, *)*\d*)\)/.exec(text)?.[1];
  const shape = tuple?.split(',').map((size) => size.trim()).filter((size) => size !== '').map(Number);
  if (elementCount(shape) === undefined) throw refusal('its shape must be a tuple of non-negative integers with a countable product', tuple ?? text.trim().slice(0, 80));
  return { dtype, shape: shape as number[], offset: begin + length };
}

function refusal(rule: string, value: unknown): InputError {
  return new InputError(`Cannot read the .npy file as ${rule}: current value is ${value}`);
}
