import { describeBackendConformance } from '@cxr-ifa/testing/conformance';
import { getKernel, getKernelsForBackend, removeBackend } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { registerKernels } from './registerKernels.ts';
import { registerSimdBackend } from './registerSimdBackend.ts';

describeBackendConformance({ name: 'simd', setup: () => registerSimdBackend(), teardown: () => removeBackend('simd') });

describe('registerKernels', () => {
  it('brings every kernel of the CPU backend, and our fused ones', () => {
    registerKernels('simd');
    expect(getKernelsForBackend('cpu').filter(({ kernelName }) => !getKernel(kernelName, 'simd'))).toEqual([]);
    for (const name of ['BatchNormTraining', 'BatchNormTrainingGrad', 'SgdMomentumList', 'AdamList', 'MomentumUpdateList', 'CosineMap', 'CosineMapGrad', 'InfoNceQueue']) expect(getKernel(name, 'simd'), name).toBeDefined();
  });
});
