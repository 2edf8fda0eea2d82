import '@tensorflow/tfjs-backend-cpu';
import { findBackendFactory, registerBackend } from '@tensorflow/tfjs-core';
import { createSimdBackend, type SimdOptions } from './createSimdBackend.ts';
import { registerKernels } from './registerKernels.ts';

/** The name under which tfjs knows the backend. */
const BACKEND_NAME = 'simd';

/** What {@link registerSimdBackend} reports. */
export interface SimdRegistration {
  /** Threads in fact. */
  readonly threads: number;
  /** Whether relaxed SIMD is used, whose numbers may differ from those of another host in their last digit. */
  readonly relaxed: boolean;
  /** Why there are fewer threads than asked for; absent when there are as many. */
  readonly notice?: string;
}

/**
 * Makes the backend and registers it with tfjs as `simd`, with all kernels. It does not become the current one: that is `setBackend`'s.
 * `removeBackend('simd')` ends its threads.
 *
 * @param options How many threads.
 * @returns The threads in fact, and a notice for the user when they are fewer than asked for.
 * @throws {RangeError} If `threads` is not an integer from 1 to 64.
 * @throws {Error} If a backend `simd` is registered already, or the host has no WebAssembly with SIMD and shared memory.
 *
 * @example
 * ```ts
 * await registerSimdBackend({ threads: 2 });
 * await tf.setBackend('simd');
 * ```
 */
export async function registerSimdBackend(options: SimdOptions = {}): Promise<SimdRegistration> {
  if (findBackendFactory(BACKEND_NAME)) throw new Error(`Cannot register the backend ${BACKEND_NAME} as there is one of that name: call removeBackend('${BACKEND_NAME}') first`);
  const { backend, ...registration } = await createSimdBackend(options);
  registerKernels(BACKEND_NAME);
  registerBackend(BACKEND_NAME, () => backend, 2);
  return registration;
}
