import { batchNormTraining } from '@cxr-ifa/layers';
import { cosineMap, ifaLoss, infoNce, l2Normalise, warpMap } from '@cxr-ifa/losses';
import { adamW, sgd, updateMomentum } from '@cxr-ifa/optim';
import { abs, add, cast, dispose, grads, lessEqual, max, mul, setBackend, sum, tensor1d, tensor4d, variable, type Tensor, type Tensor1D, type Tensor2D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compareBackends, normalTensor } from './compareBackends.ts';
import { counterNormal } from './counterGenerator.ts';

/** Batch-norm's gradient subtracts means of products from products: its error is that of larger terms. */
const GRADIENT_TOLERANCE = { relative: 1e-4, absolute: 5e-5 };

/** A weighted sum of y, so that every element has a gradient of its own. */
function weighted(y: Tensor): Tensor {
  return sum(mul(y, normalTensor(99, y.shape)));
}

/**
 * Our own fused kernels, through the public functions that use them: on the CPU backend these compose plain operations,
 * on the backend under test they run its kernel where it has one.
 */
export function describeFusedConformance(backend: string): void {
  describe('fused kernels against the composed operations', () => {
    const shapes = [[4, 5, 3, 8], [6, 2, 2, 5], [2, 20, 20, 16], [8, 16, 18, 3]] as const;
    for (const groups of [1, 2]) {
      for (const activation of ['linear', 'relu'] as const) {
        for (const withResidual of [false, true]) {
          it(`batch-norm: ${groups} groups, ${activation}, ${withResidual ? 'with' : 'without'} residual, with its gradients`, async () => {
            for (const shape of shapes) {
              await compareBackends(backend, () => {
                const x = add(mul(normalTensor(1, shape), 3), 5); // a mean to be taken out
                const inputs = [x, normalTensor(2, [shape[3]]), normalTensor(3, [shape[3]]), ...(withResidual ? [normalTensor(4, shape)] : [])];
                const normalise = (...[maps, scale, offset, residual]: Tensor[]): ReturnType<typeof batchNormTraining> =>
                  batchNormTraining(maps as Tensor4D, scale as Tensor1D, offset as Tensor1D, { groups, activation, ...(residual && { residual: residual as Tensor4D }) });
                const { y, mean, variance } = normalise(...inputs);
                return [y, mean, variance, ...grads((...tensors) => weighted(normalise(...tensors).y))(inputs)];
              }, GRADIENT_TOLERANCE);
            }
          });
        }
      }
    }

    it('batch-norm: the variance of values far from 0, where the mean of squares less the square of the mean is lost', async () => {
      const [shape, centre] = [[4, 16, 16, 1] as const, 3000];
      const values = Float32Array.from(counterNormal(6, 1024), (value) => centre + value);
      const mean = values.reduce((total, value) => total + value, 0) / values.length;
      const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length; // in float64
      const rounded = (terms: Iterable<number>): number => [...terms].reduce((total, term) => Math.fround(total + Math.fround(term)), 0) / values.length;
      const onePass = Math.fround(rounded(values.map((value) => value * value)) - Math.fround(rounded(values) ** 2));
      expect(Math.abs(onePass / variance - 1)).toBeGreaterThan(0.3); // what the test would not forgive
      await setBackend(backend);
      const inputs = [tensor4d(values, [...shape]), tensor1d([1]), tensor1d([0])] as const;
      const found = batchNormTraining(...inputs, { groups: 1 });
      const [foundMean, foundVariance] = [(await found.mean.data())[0] as number, (await found.variance.data())[0] as number];
      dispose([...inputs, found.y, found.mean, found.variance]);
      await setBackend('cpu');
      expect(Math.abs(foundMean - mean)).toBeLessThan(1e-3); // float32 knows numbers of this size to 1.2e-4
      expect(Math.abs(foundVariance / variance - 1)).toBeLessThan(1e-4);
    });

    it('cosine map, with its gradients and dead vectors', async () => {
      for (const shape of [[2, 3, 4, 5], [1, 7, 7, 64], [3, 1, 1, 2]]) {
        await compareBackends(backend, () => {
          const a = mul(normalTensor(1, shape), normalTensor(3, [shape[0] as number, 1, 1, 1])) as Tensor4D;
          const b = normalTensor(2, shape) as Tensor4D;
          const dead = mul(a, 0) as Tensor4D;
          return [cosineMap(a, b), cosineMap(dead, b), ...grads((x, y) => weighted(cosineMap(x as Tensor4D, y as Tensor4D)))([a, b])];
        });
      }
    });

    it('a map warped at positions inside and outside it, and the masked IFA loss on it with its gradient', async () => {
      for (const [images, height, width, channels, rows, columns] of [[2, 4, 4, 5, 4, 4], [3, 7, 5, 64, 6, 8], [2, 1, 1, 3, 2, 2], [1, 16, 16, 32, 16, 16]] as const) {
        await compareBackends(backend, () => {
          const positions = normalTensor(6, [images, rows, columns, 2]) as Tensor4D;
          const warped = warpMap(normalTensor(1, [images, height, width, channels]) as Tensor4D, positions);
          const mask = cast(lessEqual(max(abs(positions), -1), 1), 'float32') as Tensor3D;
          const of = (query: Tensor): ReturnType<typeof ifaLoss> => ifaLoss({ layer1: query as Tensor4D }, { layer1: warped }, { terms: [{ stage: 'layer1', target: 0.3, weight: 1 }], masks: { layer1: mask } });
          const query = normalTensor(2, [images, rows, columns, channels]);
          const { loss, similarity, coverage } = of(query);
          return [warped, loss, similarity['layer1'] as Tensor, coverage['layer1'] as Tensor, ...grads((x) => of(x as Tensor).loss)([query])];
        });
      }
    });

    it('InfoNCE against a queue, with its gradient', async () => {
      for (const [n, d, k] of [[3, 8, 5], [9, 16, 1000], [32, 128, 1200]] as const) {
        for (const temperature of [0.2, 0.01]) {
          await compareBackends(backend, () => {
            const [query, key, queue] = [[n, d], [n, d], [k, d]].map((shape, stream) => l2Normalise(normalTensor(stream, shape) as Tensor2D)) as [Tensor2D, Tensor2D, Tensor2D];
            const { loss, accuracyTop1, positiveLogit, negativeLogit } = infoNce(query, key, queue, { temperature });
            return [loss, accuracyTop1, positiveLogit, negativeLogit, ...grads((q) => infoNce(q as Tensor2D, key, queue, { temperature }).loss)([query])];
          }, GRADIENT_TOLERANCE);
        }
      }
    });

    const list = (stream: number): Map<string, Tensor> => new Map([[3, 4], [1], [20_000], [2, 3, 3, 5]].map((shape, index) => [`p${index}`, normalTensor(stream + index, shape)]));

    it('SGD with momentum, and the momentum encoder, over lists', async () => {
      await compareBackends(backend, () => {
        const parameters = new Map([...list(10)].map(([name, tensor]) => [name, variable(tensor)]));
        const optimizer = sgd({ momentum: 0.9, weightDecay: 0.01, decays: (name) => name !== 'p1' });
        const first = optimizer.update(list(20), optimizer.init(parameters), parameters, { learningRate: 0.1 });
        const second = optimizer.update(list(30), first.state, parameters, { learningRate: 0.05 });
        const followed = updateMomentum(parameters, new Map([...list(40)]) as never, 0.99);
        for (const parameter of parameters.values()) parameter.dispose();
        return [...first.parameters.values(), ...second.parameters.values(), ...Object.values(second.state.slots).flatMap((slot) => [...(slot as Map<string, Tensor>).values()]), ...followed.values()];
      });
    });

    it('AdamW over lists', async () => {
      await compareBackends(backend, () => {
        const parameters = list(10);
        const optimizer = adamW({ weightDecay: 0.1, decays: (name) => name !== 'p1' });
        const first = optimizer.update(list(20), optimizer.init(parameters), parameters, { learningRate: 0.1 });
        const second = optimizer.update(list(30), first.state, first.parameters, { learningRate: 0.05 });
        return [first, second].flatMap(({ parameters: updated, state }) => [updated, ...Object.values(state.slots)].flatMap((tensors) => [...(tensors as Map<string, Tensor>).values()]));
      });
    });
  });
}
