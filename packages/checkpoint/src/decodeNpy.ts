import { InputError } from '@cxr-ifa/tensor';
import { decodeNpyHeader } from './npyHeader.ts';
import { readElements } from './readElements.ts';
import { elementCount, STORED_TYPES, type StoredTensor } from './storedTensor.ts';

/**
 * Reads a NumPy .npy file: versions 1 to 3, C order, little-endian numbers and booleans. Objects (pickles) are refused.
 *
 * @param bytes The whole file; borrowed, and the result is a copy.
 * @returns The array.
 * @throws {InputError} If the file is damaged, truncated, or of another kind.
 *
 * @example
 * ```ts
 * const { shape, data } = decodeNpy(await readFile('features.npy'));
 * ```
 */
export function decodeNpy(bytes: Uint8Array): StoredTensor {
  const { dtype, shape, offset } = decodeNpyHeader(bytes);
  const expected = (elementCount(shape) as number) * STORED_TYPES[dtype].bytes;
  const found = bytes.length - offset;
  if (found !== expected) throw new InputError(`Cannot read the .npy file as shape [${shape.join(', ')}] of type ${dtype} must be ${expected} bytes of data: current value is ${found}`);
  return { dtype, shape, data: readElements(dtype, bytes.subarray(offset)) };
}
