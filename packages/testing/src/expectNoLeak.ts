import { dispose, memory, type TensorContainer } from '@tensorflow/tfjs-core';

/**
 * Runs `f`, disposes of the tensors it returns, and fails unless as many tensors are left as before.
 * An error of `f` is thrown on, after the count was checked.
 */
export async function expectNoLeak<Result>(f: () => Result | Promise<Result>): Promise<void> {
  const before = memory().numTensors;
  let failure: { error: unknown } | undefined;
  try {
    const result = await f();
    dispose(plain(result) as TensorContainer);
  } catch (error) {
    failure = { error };
  }
  const after = memory().numTensors;
  if (after !== before) throw new Error(`expected ${before} tensors as before the call, found ${after}`, failure ? { cause: failure.error } : undefined);
  if (failure) throw failure.error;
}

/** Maps become arrays, since tfjs walks plain objects and arrays only. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return [...value.values()].map(plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) return Object.values(value).map(plain);
  return value;
}
