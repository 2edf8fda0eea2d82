import { grad, maxPool, mul, sum, type Tensor4D } from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { compareBackends, normalTensor } from './compareBackends.ts';

/** Max pooling and its gradient: windows, strides, paddings, equal values. */
export function describePoolingConformance(backend: string): void {
  describe('max pooling and its gradient', () => {
    const cases = [
      { shape: [2, 9, 7, 5], size: 3, strides: 2, pad: 'valid' },
      { shape: [2, 8, 8, 16], size: 3, strides: 2, pad: 'same' },
      { shape: [1, 6, 5, 3], size: 2, strides: 2, pad: 'valid' },
      { shape: [3, 5, 5, 8], size: 3, strides: 1, pad: 'same' },
      { shape: [1, 4, 4, 1], size: 1, strides: 1, pad: 'valid' },
      { shape: [2, 7, 7, 4], size: 3, strides: 2, pad: 1 },
    ] as const;
    for (const { shape, size, strides, pad } of cases) {
      it(`[${shape}], window ${size}, stride ${strides}, ${pad}`, async () => {
        for (const ties of [false, true]) {
          await compareBackends(backend, () => {
            const x = ties ? mul(0, normalTensor(1, shape)) : normalTensor(1, shape); // equal values: the first one gets the gradient
            const pool = (v: typeof x): typeof x => maxPool(v as Tensor4D, size, strides, pad);
            const weight = normalTensor(2, pool(x).shape);
            return [pool(x), grad((v) => sum(mul(pool(v), weight)))(x)];
          });
        }
      });
    }
  });
}
