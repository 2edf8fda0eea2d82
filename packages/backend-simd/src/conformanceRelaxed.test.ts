import { describeBackendConformance } from '@cxr-ifa/testing/conformance';
import { removeBackend } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { setFlagsFromString } from 'node:v8';
import { registerSimdBackend } from './registerSimdBackend.ts';

setFlagsFromString('--experimental-wasm-relaxed-simd'); // Node 20 has relaxed SIMD behind a flag, later ones without

describeBackendConformance({
  name: 'simd',
  setup: async () => {
    const { relaxed } = await registerSimdBackend({ threads: 2 });
    expect(relaxed).toBe(true);
  },
  teardown: () => removeBackend('simd'),
});
