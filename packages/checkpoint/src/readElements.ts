import { widenHalf } from './halfPrecision.ts';
import { STORED_TYPES, type StoredArray, type StoredType } from './storedTensor.ts';

/**
 * Copies elements out of a file into an array of their own: files align nothing, and a view would keep the whole file in memory.
 * Both formats are little-endian, and so is every platform that JavaScript runs on in practice.
 */
export function readElements(dtype: StoredType, bytes: Uint8Array): StoredArray {
  const { buffer } = new Uint8Array(bytes);
  return dtype === 'F16' || dtype === 'BF16' ? widenHalf(dtype, new Uint16Array(buffer)) : new STORED_TYPES[dtype].array(buffer);
}
