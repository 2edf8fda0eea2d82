import type { DataType, Tensor } from '@tensorflow/tfjs-core';
import type { StoredTensor } from './storedTensor.ts';

/**
 * Reads tensors out of TensorFlow.js, for `writeSafetensors`: float32 becomes `F32`, int32 `I32`, bool `BOOL`.
 *
 * @param tensors Tensors or variables by name; borrowed.
 * @returns Their elements, copied, under the same names in the same order.
 * @throws {TypeError} If a tensor holds strings or complex numbers.
 */
export async function tensorsToStored(tensors: ReadonlyMap<string, Tensor>): Promise<Map<string, StoredTensor>> {
  const entries = [...tensors].map(async ([name, tensor]): Promise<[string, StoredTensor]> => {
    const dtype = STORED[tensor.dtype];
    if (!dtype) throw new TypeError(`Cannot store ${name} as its type must be float32, int32 or bool: current value is ${tensor.dtype}`);
    const data = (await tensor.data()).slice(); // some backends hand out views of their memory
    return [name, { dtype, shape: [...tensor.shape], data }];
  });
  return new Map(await Promise.all(entries));
}

const STORED: Partial<Record<DataType, 'F32' | 'I32' | 'BOOL'>> = { float32: 'F32', int32: 'I32', bool: 'BOOL' };
