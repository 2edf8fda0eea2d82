import { fused, grads, matMul, mul, sum, type Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { compareBackends, normalTensor } from './compareBackends.ts';

async function compareMatmul(backend: string, aBatch: readonly number[], bBatch: readonly number[], [m, k, n]: readonly [number, number, number], transposeA: boolean, transposeB: boolean): Promise<void> {
  await compareBackends(backend, () => {
    const a = normalTensor(1, [...aBatch, ...(transposeA ? [k, m] : [m, k])]);
    const b = normalTensor(2, [...bBatch, ...(transposeB ? [n, k] : [k, n])]);
    const product = matMul(a, b, transposeA, transposeB);
    if (`${aBatch}` !== `${bBatch}`) return product;
    const weight = normalTensor(3, product.shape);
    return [product, ...grads((x, y) => sum(mul(matMul(x, y, transposeA, transposeB), weight)))([a, b])];
  });
}

/** Matrix products in all transposes, batched, broadcast and fused. */
export function describeMatmulConformance(backend: string): void {
  describe('matrix products', () => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        it(`transposeA ${transposeA}, transposeB ${transposeB}: sizes around the tiles, random sizes, gradients`, async () => {
          for (const sizes of [[1, 1, 1], [4, 8, 8], [5, 7, 9], [67, 130, 13], [3, 1100, 2]] as const) await compareMatmul(backend, [], [], sizes, transposeA, transposeB);
          const size = fc.integer({ min: 1, max: 40 });
          await fc.assert(fc.asyncProperty(fc.tuple(size, size, size), (sizes) => compareMatmul(backend, [2], [2], sizes, transposeA, transposeB)), { seed: 2, numRuns: 10 });
        });
      }
    }

    it('broadcasts batch dimensions', async () => {
      await compareMatmul(backend, [3], [1], [4, 5, 6], false, false);
      await compareMatmul(backend, [1], [3], [4, 5, 6], false, true);
      await compareMatmul(backend, [2, 3], [2, 3], [2, 3, 4], true, false);
      await compareMatmul(backend, [], [4], [2, 3, 4], false, false);
    });

    it('few rows against a long list, and over a long sum', async () => {
      await compareMatmul(backend, [], [], [5, 33, 700], false, true);
      await compareMatmul(backend, [], [], [9, 12, 130], true, true);
      await compareMatmul(backend, [], [], [6, 9001, 10], false, false);
      await compareBackends(backend, () => fused.matMul({ a: normalTensor(1, [5, 7]), b: normalTensor(2, [90, 7]), transposeB: true, bias: normalTensor(3, [90]) }));
      await compareBackends(backend, () => fused.matMul({ a: normalTensor(1, [2, 8300]), b: normalTensor(2, [8300, 3]), bias: normalTensor(3, [3]) }));
    });

    it('with bias and activation fused', async () => {
      const product = (biasShape: number[], activation: 'relu' | 'sigmoid' | 'elu' | 'linear') => (): Tensor =>
        fused.matMul({ a: normalTensor(1, [5, 7]), b: normalTensor(2, [9, 7]), transposeB: true, bias: normalTensor(3, biasShape), activation });
      await compareBackends(backend, product([9], 'relu'));
      await compareBackends(backend, product([1, 9], 'sigmoid'));
      await compareBackends(backend, product([5, 9], 'linear'));
      await compareBackends(backend, product([9], 'elu'));
    });

    it('integers and empty matrices', async () => {
      await compareBackends(backend, () => matMul(normalTensor(1, [0, 3]), normalTensor(2, [3, 4])));
      await compareBackends(backend, () => matMul(normalTensor(1, [2, 3]), normalTensor(2, [3, 0])));
      await compareBackends(backend, () => matMul(normalTensor(1, [2, 0]), normalTensor(2, [0, 3])));
    });
  });
}
