import { removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll } from 'vitest';

/**
 * Runs a file's tests on a faster backend than tfjs's own, which takes its time for many small operations; afterwards it is gone again.
 *
 * @param name The backend.
 * @param register Registers it.
 *
 * @example
 * ```ts
 * testOnBackend('simd', registerSimdBackend);
 * ```
 */
export function testOnBackend(name: string, register: () => Promise<unknown>): void {
  beforeAll(async () => {
    await register();
    await setBackend(name);
  });
  afterAll(async () => {
    removeBackend(name);
    await setBackend('cpu');
  });
}
