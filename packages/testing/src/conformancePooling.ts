import { avgPool, grad, maxPool, mul, setBackend, sum, type Scalar, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { compareBackends, normalTensor } from './compareBackends.ts';
import { expectGradients } from './expectGradients.ts';

type PoolingCase = { readonly shape: readonly [number, number, number, number]; readonly size: number | [number, number]; readonly strides: number; readonly pad: 'same' | 'valid' | number };

const CASES: readonly PoolingCase[] = [
  { shape: [2, 9, 7, 5], size: 3, strides: 2, pad: 'valid' },
  { shape: [2, 8, 8, 16], size: 3, strides: 2, pad: 'same' },
  { shape: [1, 6, 5, 3], size: 2, strides: 2, pad: 'valid' },
  { shape: [3, 5, 5, 8], size: 3, strides: 1, pad: 'same' },
  { shape: [1, 4, 4, 1], size: 1, strides: 1, pad: 'valid' },
  { shape: [2, 7, 7, 4], size: 3, strides: 2, pad: 1 },
  { shape: [1, 9, 8, 6], size: [3, 2], strides: 3, pad: 'valid' },
  { shape: [2, 20, 18, 5], size: [20, 18], strides: 1, pad: 'valid' },
  { shape: [1, 7, 7, 2], size: 2, strides: 3, pad: 'valid' },
];

/** Max and average pooling with their gradients: windows, strides, paddings, equal values. */
export function describePoolingConformance(backend: string): void {
  describe('pooling and its gradients', () => {
    for (const { shape, size, strides, pad } of CASES) {
      const name = `[${shape}], window ${size}, stride ${strides}, ${pad}`;

      it(`maximum, ${name}`, async () => {
        for (const ties of [false, true]) {
          await compareBackends(backend, () => {
            const x = ties ? mul(0, normalTensor(1, shape)) : normalTensor(1, shape); // equal values: the first one gets the gradient
            const pool = (v: Tensor): Tensor => maxPool(v as Tensor4D, size, strides, pad);
            const weight = normalTensor(2, pool(x).shape);
            return [pool(x), grad((v) => sum(mul(pool(v), weight)))(x)];
          });
        }
      });

      // tfjs's gradient divides by all pixels of a window where its average divides by those inside: no reference where there is padding
      it(`average, ${name}`, async () => {
        const pool = (x: Tensor): Tensor => avgPool(x as Tensor4D, size, strides, pad);
        const weighted = (x: Tensor): Scalar => {
          const y = pool(x);
          return sum(mul(y, normalTensor(2, y.shape)));
        };
        await compareBackends(backend, () => [pool(normalTensor(1, shape)), ...(pad === 'valid' ? [grad(weighted)(normalTensor(1, shape))] : [])]);
        await setBackend(backend);
        await expectGradients((x) => weighted(x as Tensor), [normalTensor(1, shape)], { step: 0.1 }).finally(() => setBackend('cpu'));
      });
    }
  });
}
