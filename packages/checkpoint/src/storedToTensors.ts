import { InputError } from '@cxr-ifa/tensor';
import { tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { StoredTensor } from './storedTensor.ts';

/**
 * Makes TensorFlow.js tensors of what `readSafetensors` read: floating-point types become float32, integers int32, `BOOL` bool.
 *
 * @param stored Tensors by name; borrowed, their elements are copied.
 * @returns The tensors under the same names in the same order; they belong to the caller.
 * @throws {InputError} If an integer does not fit into int32.
 */
export function storedToTensors(stored: ReadonlyMap<string, StoredTensor>): Map<string, Tensor> {
  const converted = [...stored].map(([name, { dtype, shape, data }]) => {
    if (dtype === 'BOOL') return { name, shape, type: 'bool', values: Uint8Array.from(data as Uint8Array) } as const;
    if (data instanceof Float32Array || data instanceof Float64Array) return { name, shape, type: 'float32', values: Float32Array.from(data) } as const;
    return { name, shape, type: 'int32', values: toInt32(name, data) } as const;
  });
  const tensors = new Map<string, Tensor>();
  // Inside tidy the tensors of the first names are freed should a later one fail; all that come out are given away
  tidy(() => converted.map(({ name, shape, type, values }) => {
    const made = tensor(values, [...shape], type);
    tensors.set(name, made);
    return made;
  }));
  return tensors;
}

function toInt32(name: string, data: Exclude<StoredTensor['data'], Float32Array | Float64Array>): Int32Array {
  const values = new Int32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    values[i] = Number(data[i]);
    if (values[i] !== Number(data[i])) throw new InputError(`Cannot make a tensor of ${name} as its integers must fit into 32 bits: current value is ${data[i]}`);
  }
  return values;
}
