import { describe, expect, it } from 'vitest';
import { describeGpu } from './describeGpu.ts';
import { recommend } from './recommend.ts';

const limits = { maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 27, maxStorageBuffersPerShaderStage: 16, maxComputeWorkgroupStorageSize: 32_768, maxComputeInvocationsPerWorkgroup: 1024, maxComputeWorkgroupsPerDimension: 65_535 };

describe('describeGpu', () => {
  it('tells adapter, features and limits, and whether it is one', () => {
    expect(describeGpu({ name: 'nvidia hopper', software: false, features: ['shader-f16'], limits }).map(({ what, result }) => `${what}: ${result}`)).toEqual([
      'webgpu: adapter: nvidia hopper',
      'webgpu: features: shader-f16 yes, subgroups no, timestamp-query no, chromium-experimental-subgroup-matrix no',
      'webgpu: limits: a tensor of 134 MB, 16 buffers a kernel, 1024 invocations and 32.8 kB of shared memory a workgroup, 65535 workgroups a dimension',
    ]);
    expect(describeGpu({ name: 'llvmpipe', software: true, features: [], limits })[0]?.result).toBe('llvmpipe, which computes on the processor: right, and slow; never chosen by --backend auto');
  });
});

describe('recommend', () => {
  it('recommends nothing where nothing trains', () => {
    expect(recommend([])).toEqual([]);
  });

  it('takes the fastest; on a GPU, which tells no memory, batches whose tensors fit its buffers', () => {
    const adapter = { name: 'nvidia hopper', software: false, features: [], limits };
    const found = recommend([{ name: 'simd', imagesPerSecond: 51.8 }, { name: 'webgpu', adapter, imagesPerSecond: 800 }]);
    expect(found[0]?.result).toBe('--backend webgpu, the fastest that trains rightly here (simd 51.8 images/s, webgpu 800 images/s)');
    // the stem's map of an image: 64 x 64 x 64 and 112 x 112 x 64 numbers, against 2^27 bytes
    expect(found[1]?.result).toMatch(/^--batch-size 128, as its tensors fit; the GPU does not tell/);
    expect(found[2]?.result).toMatch(/^--batch-size 40, as its tensors fit; the GPU does not tell/);
  });
});
