import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { engine, getKernel, image, matMul, memory, registerBackend, registerKernel, removeBackend, reshape, setBackend, split, tensor, tensor2d, topk, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { expectClose } from '@cxr-ifa/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from './chooseBackend.ts';
import { supplyKernels } from './supplyKernels.ts';

const limits = { maxBufferSize: 1, maxStorageBufferBindingSize: 1, maxStorageBuffersPerShaderStage: 8, maxComputeWorkgroupStorageSize: 1, maxComputeInvocationsPerWorkgroup: 1, maxComputeWorkgroupsPerDimension: 1 };

describe('chooseBackend', () => {
  it('takes a real GPU, never an adapter that computes on the processor, and says why', () => {
    expect(chooseBackend({ name: 'nvidia hopper', software: false, features: [], limits })).toEqual({ name: 'webgpu', why: 'the fastest that is there' });
    expect(chooseBackend({ name: 'llvmpipe', software: true, features: [], limits })).toEqual({ name: 'simd', why: 'the fastest that is built in, as the only adapter computes on the processor (llvmpipe)' });
    expect(chooseBackend(new Error('no driver'))).toEqual({ name: 'simd', why: 'the fastest that is built in, as no GPU can be used (no driver)' });
    expect(chooseBackend(undefined)).toEqual({ name: 'simd', why: 'the fastest that is built in, as there is no GPU' });
  });
});

describe('supplyKernels', () => {
  // Like tfjs-node's: it has kernels, and lacks others
  const OWN = ['Reshape', 'Identity', 'Cast'];
  let supplied: string[];
  beforeAll(async () => {
    registerBackend('few', () => new MathBackendCPU());
    for (const kernelName of OWN) registerKernel({ ...(getKernel(kernelName, 'cpu') as NonNullable<ReturnType<typeof getKernel>>), backendName: 'few' });
    supplied = await supplyKernels('few');
    await setBackend('few');
  });
  afterAll(async () => {
    await setBackend('cpu');
    removeBackend('few');
  });

  it('supplies what is missing, leaves what is there, and finds nothing more to do afterwards', async () => {
    expect(supplied).toEqual(expect.arrayContaining(['Transform', 'RotateWithOffset', '_FusedMatMul', 'Conv2DBackpropFilter']));
    expect(supplied.filter((name) => OWN.includes(name))).toEqual([]);
    expect(await supplyKernels('few')).toEqual([]);
  });

  it('gives the results of the CPU backend: one output, two, as many as asked for', async () => {
    const compute = (): Tensor[] => {
      const picture = reshape(tensor([...Array(24).keys()], [24], 'float32'), [1, 4, 6, 1]) as Tensor4D;
      const moved = image.transform(picture, tensor2d([[1, 0.2, -1, 0.1, 1, 0.5, 0, 0]]), 'bilinear');
      const { values, indices } = topk(tensor([3, 9, 2, 7]), 2);
      return [moved, values, indices, ...split(tensor2d([[1, 2, 3, 4]]), 2, 1), matMul(tensor2d([[1, 2]]), tensor2d([[3], [4]]) as Tensor2D)];
    };
    const found = await Promise.all(compute().map(async (output) => ({ shape: output.shape, dtype: output.dtype, values: [...(await output.data())] })));
    await setBackend('cpu');
    const wanted = await Promise.all(compute().map(async (output) => ({ shape: output.shape, dtype: output.dtype, values: [...(await output.data())] })));
    await setBackend('few');
    expect(found.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(wanted.map(({ shape, dtype }) => ({ shape, dtype })));
    for (const [index, { values }] of wanted.entries()) await expectClose(found[index]?.values as number[], values, { absolute: 0, relative: 0 });
  });

  it('leaves nothing behind on either backend', () => {
    const held = (name: string): number => (engine().findBackend(name) as MathBackendCPU).numDataIds();
    const [a, b] = [tensor2d([[1, 2]]), tensor2d([[3], [4]])];
    const before = [held('cpu'), held('few'), memory().numTensors];
    for (let repeat = 0; repeat < 3; repeat++) matMul(a, b).dispose();
    expect([held('cpu'), held('few'), memory().numTensors]).toEqual(before);
    a.dispose();
    b.dispose();
  });
});
