import { narrowToHalf } from './halfPrecision.ts';
import { encodeNpyHeader } from './npyHeader.ts';
import { assertStoredTensor, type StoredTensor } from './storedTensor.ts';

/**
 * Writes a NumPy .npy file, byte by byte as `numpy.save` does.
 *
 * @param tensor The array; borrowed.
 * @returns The whole file.
 * @throws {TypeError} If the array does not fit its type or shape, or NumPy has no such type (`BF16`).
 *
 * @example
 * ```ts
 * const bytes = encodeNpy({ dtype: 'F32', shape: [2, 3], data: new Float32Array(6) });
 * ```
 */
export function encodeNpy(tensor: StoredTensor): Uint8Array {
  assertStoredTensor('write a .npy file', 'the array', tensor);
  const header = encodeNpyHeader(tensor.dtype, tensor.shape);
  const data = tensor.dtype === 'F16' ? narrowToHalf('F16', tensor.data as Float32Array) : tensor.data;
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length);
  return bytes;
}
