import { describeBackendConformance } from '@cxr-ifa/testing/conformance';
import { env, removeBackend } from '@tensorflow/tfjs-core';
import { describe, vi } from 'vitest';
import { openDawn } from './openDawn.ts';
import { registerWebgpuBackend } from './registerWebgpuBackend.ts';
import { requestAdapter } from './requestAdapter.ts';

const adapter = await requestAdapter(openDawn()).catch(() => undefined);
vi.setConfig({ testTimeout: 300_000 }); // a software adapter compiles each of tfjs's many variants of a kernel in a quarter of a second

describe.skipIf(!adapter)('WebGPU in Node', () => {
  describeBackendConformance({
    name: 'webgpu',
    asynchronous: true,
    async setup() {
      await registerWebgpuBackend();
      env().set('WEBGPU_CPU_FORWARD', false); // small tensors too go through the shaders
    },
    teardown() {
      env().set('WEBGPU_CPU_FORWARD', true);
      removeBackend('webgpu');
    },
  });
});
