import { narrowToHalf } from './halfPrecision.ts';
import { assertStoredTensor, STORED_TYPES, type StoredTensor } from './storedTensor.ts';

const ORDER = Object.keys(STORED_TYPES);

/**
 * Writes a safetensors file. The same tensors give the same bytes, whatever their order: the largest types come first, so that all are
 * aligned, and then the names, as in the format's own writer; the header is padded to a multiple of 8 bytes.
 *
 * @param tensors The tensors by name; their layout is written as it is (see `parametersToPyTorch`).
 * @param metadata Strings for the file's `__metadata__`.
 * @returns The whole file.
 * @throws {TypeError} If a tensor's array does not fit its type or shape.
 * @throws {RangeError} If a tensor is called `__metadata__`.
 *
 * @example
 * ```ts
 * const bytes = writeSafetensors(new Map([['weight', { dtype: 'F32', shape: [2, 3], data: new Float32Array(6) }]]), { format: 'pt' });
 * ```
 */
export function writeSafetensors(tensors: ReadonlyMap<string, StoredTensor>, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  if (tensors.has('__metadata__')) throw new RangeError('Cannot write a safetensors file as no tensor may be called __metadata__, the name of its metadata');
  const sorted = [...tensors].sort(([a, { dtype: aType }], [b, { dtype: bType }]) => ORDER.indexOf(aType) - ORDER.indexOf(bType) || (a < b ? -1 : 1));

  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  let length = 0;
  for (const [name, tensor] of sorted) {
    assertStoredTensor('write a safetensors file', name, tensor);
    const end = length + tensor.data.length * STORED_TYPES[tensor.dtype].bytes;
    entries.push([name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [length, end] }]);
    length = end;
  }
  // Joined by hand: an object would put names that look like integers first
  const json = new TextEncoder().encode(`{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`).join(',')}}`);
  const headerLength = Math.ceil(json.length / 8) * 8;

  const bytes = new Uint8Array(8 + headerLength + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, 8);
  bytes.fill(0x20, 8 + json.length, 8 + headerLength);
  let position = 8 + headerLength;
  for (const [, { dtype, data }] of sorted) {
    const stored = dtype === 'F16' || dtype === 'BF16' ? narrowToHalf(dtype, data as Float32Array) : data;
    bytes.set(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength), position);
    position += stored.byteLength;
  }
  return bytes;
}
