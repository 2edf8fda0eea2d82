import { runReadme } from '@cxr-ifa/testing';
import { removeBackend } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { openDawn } from './openDawn.ts';
import { requestAdapter } from './requestAdapter.ts';

const adapter = await requestAdapter(openDawn()).catch(() => undefined);

it.skipIf(!adapter)('runs the README example (skipped without a WebGPU adapter)', async () => {
  const { product } = (await runReadme(new URL('..', import.meta.url))) as { product: Float32Array };
  expect([...product]).toEqual([11]);
  removeBackend('webgpu');
});
