/** The element types of safetensors that this package reads and writes. */
export type StoredType = 'F64' | 'F32' | 'F16' | 'BF16' | 'I64' | 'I32' | 'I16' | 'I8' | 'U64' | 'U32' | 'U16' | 'U8' | 'BOOL';

/** The arrays that hold the elements. `F16` and `BF16` are widened to float32, which holds them exactly; `BOOL` is 0 or 1. */
export type StoredArray =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** A tensor outside TensorFlow.js: its type in the file, its shape, and its elements row by row (the last dimension runs fastest). */
export interface StoredTensor {
  readonly dtype: StoredType;
  readonly shape: readonly number[];
  readonly data: StoredArray;
}

interface ArrayConstructor {
  new (length: number): StoredArray;
  new (buffer: ArrayBuffer): StoredArray;
}

/** What is known of each type: bytes an element in a file, and the array that holds it in memory. In safetensors' own order of alignment. */
export const STORED_TYPES: Readonly<Record<StoredType, { readonly bytes: number; readonly array: ArrayConstructor }>> = {
  U64: { bytes: 8, array: BigUint64Array },
  I64: { bytes: 8, array: BigInt64Array },
  F64: { bytes: 8, array: Float64Array },
  F32: { bytes: 4, array: Float32Array },
  U32: { bytes: 4, array: Uint32Array },
  I32: { bytes: 4, array: Int32Array },
  BF16: { bytes: 2, array: Float32Array },
  F16: { bytes: 2, array: Float32Array },
  U16: { bytes: 2, array: Uint16Array },
  I16: { bytes: 2, array: Int16Array },
  I8: { bytes: 1, array: Int8Array },
  U8: { bytes: 1, array: Uint8Array },
  BOOL: { bytes: 1, array: Uint8Array },
};

/** The number of elements of a shape, or `undefined` if it is no shape or too large to count. */
export function elementCount(shape: unknown): number | undefined {
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) return undefined;
  // An empty dimension makes the tensor empty, however large the others are
  const count = shape.includes(0) ? 0 : shape.reduce((product: number, size: number) => product * size, 1);
  return Number.isSafeInteger(count) ? count : undefined;
}

/** Checks a tensor that is about to be written: its array must be of its type's kind and as long as its shape says. */
export function assertStoredTensor(action: string, name: string, { dtype, shape, data }: StoredTensor): void {
  const type = Object.hasOwn(STORED_TYPES, dtype) ? STORED_TYPES[dtype] : undefined;
  if (!type) throw new TypeError(`Cannot ${action} as the type of ${name} must be one of ${Object.keys(STORED_TYPES).join(', ')}: current value is ${String(dtype)}`);
  if (!(data instanceof type.array)) throw new TypeError(`Cannot ${action} as ${name} of type ${dtype} must be held by a ${type.array.name}: current value is a ${data?.constructor?.name}`);
  const count = elementCount(shape);
  if (count !== data.length) throw new TypeError(`Cannot ${action} as ${name} of shape [${shape.join(', ')}] must have ${count ?? 'a countable number of'} elements: current value is ${data.length}`);
}
