import { depthwiseConv2d, engine, fused, grads, mul, setBackend, sum, tidy, type Scalar, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { compareBackends, normalTensor } from './compareBackends.ts';
import { expectClose } from './expectClose.ts';
import { expectGradients } from './expectGradients.ts';

interface DepthwiseCase {
  readonly x: readonly [batch: number, height: number, width: number, channels: number];
  readonly filter: readonly [height: number, width: number, multiplier: number];
  readonly strides?: number | [number, number];
  readonly pad?: 'same' | 'valid' | number;
  readonly dilations?: number | [number, number];
}

const CASES: Readonly<Record<string, DepthwiseCase>> = {
  '3x3 same': { x: [2, 8, 6, 16], filter: [3, 3, 1], pad: 'same' },
  '3x3 same, blocks of channels and a rest': { x: [2, 5, 7, 75], filter: [3, 3, 1], pad: 'same' },
  '3x3 same, stride 2': { x: [2, 9, 8, 33], filter: [3, 3, 1], strides: 2, pad: 'same' },
  '3x3 valid, stride 2': { x: [3, 9, 9, 12], filter: [3, 3, 1], strides: 2 },
  '5x5 same': { x: [1, 7, 9, 40], filter: [5, 5, 1], pad: 'same' },
  '5x5 same on a map smaller than the filter': { x: [2, 2, 3, 8], filter: [5, 5, 1], pad: 'same' },
  'numeric padding': { x: [2, 6, 5, 18], filter: [3, 3, 1], pad: 1 },
  'uneven filter and strides': { x: [2, 8, 7, 4], filter: [2, 3, 1], strides: [2, 1] },
  'larger stride than filter': { x: [2, 9, 9, 5], filter: [2, 2, 1], strides: 3 },
  'more rows than parts of the filter gradient': { x: [5, 12, 11, 20], filter: [3, 3, 1], pad: 'same' },
  'multiplier 2': { x: [2, 6, 5, 7], filter: [3, 3, 2], pad: 'same' },
  'multiplier 3, stride 2': { x: [1, 7, 8, 12], filter: [3, 3, 3], strides: 2 },
  'one channel, multiplier 5': { x: [2, 6, 6, 1], filter: [3, 3, 5] },
  'one of everything': { x: [1, 1, 1, 1], filter: [1, 1, 1] },
};
const DILATED: readonly DepthwiseCase[] = [
  { x: [2, 9, 8, 21], filter: [3, 3, 1], pad: 'same', dilations: 2 },
  { x: [1, 11, 10, 6], filter: [3, 2, 2], dilations: [3, 1] },
];

function convolve(x: Tensor, filter: Tensor, { strides = 1, pad = 'valid', dilations = 1 }: DepthwiseCase): Tensor {
  return depthwiseConv2d(x as Tensor4D, filter as Tensor4D, strides, pad, 'NHWC', dilations);
}

function filterShapeOf({ x, filter }: DepthwiseCase): number[] {
  return [filter[0], filter[1], x[3], filter[2]];
}

async function compareDepthwise(backend: string, configuration: DepthwiseCase): Promise<void> {
  await compareBackends(backend, () => {
    const [x, filter] = [normalTensor(1, configuration.x), normalTensor(2, filterShapeOf(configuration))];
    const y = convolve(x, filter, configuration);
    const weight = normalTensor(3, y.shape);
    return [y, ...grads((a, b) => sum(mul(convolve(a, b, configuration), weight)))([x, filter])];
  });
}

/** tfjs has no gradient of a dilated depthwise convolution, and its kernels ignore the dilation; ours are held against the forward, whose adjoints they are. */
async function expectAdjoints(configuration: DepthwiseCase): Promise<void> {
  const products = tidy(() => {
    const [x, filter] = [normalTensor(1, configuration.x), normalTensor(2, filterShapeOf(configuration))];
    const { strides = 1, pad = 'valid', dilations = 1 } = configuration;
    const y = convolve(x, filter, configuration);
    const dy = normalTensor(3, y.shape);
    const run = (kernel: string, inputs: Record<string, Tensor>, attributes: object): Tensor =>
      engine().runKernel(kernel, inputs, { strides, pad, dilations, dimRoundingMode: undefined, ...attributes } as never) as Tensor;
    const dx = run('DepthwiseConv2dNativeBackpropInput', { dy, filter }, { inputShape: x.shape });
    const dfilter = run('DepthwiseConv2dNativeBackpropFilter', { x, dy }, { filterShape: filter.shape });
    return [mul(y, dy), mul(x, dx), mul(filter, dfilter)].map((terms) => sum(terms));
  });
  const [ofOutput, ofInput, ofFilter] = (await Promise.all(products.map(async (product) => (await product.data())[0]))) as [number, number, number];
  products.forEach((product) => product.dispose());
  await expectClose([ofInput, ofFilter], [ofOutput, ofOutput], { relative: 1e-4, absolute: 1e-3 });
}

/** Depthwise convolution forward and both gradients, and the fused form. */
export function describeDepthwiseConformance(backend: string): void {
  describe('depthwise convolution and its gradients', () => {
    for (const [name, configuration] of Object.entries(CASES)) it(name, () => compareDepthwise(backend, configuration));

    it('dilated, with the gradients that tfjs does not have', async () => {
      for (const configuration of DILATED) {
        await compareBackends(backend, () => convolve(normalTensor(1, configuration.x), normalTensor(2, filterShapeOf(configuration)), configuration));
        await setBackend(backend);
        await expectAdjoints(configuration).finally(() => setBackend('cpu'));
      }
    });

    it('random shapes', async () => {
      const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
      const shapes = fc.record({
        x: fc.tuple(size(3), fc.integer({ min: 3, max: 9 }), fc.integer({ min: 3, max: 9 }), size(40)),
        filter: fc.tuple(size(3), size(3), fc.constantFrom(1, 1, 1, 2)),
        strides: size(3),
        pad: fc.constantFrom<'same' | 'valid'>('same', 'valid'),
      });
      await fc.assert(fc.asyncProperty(shapes, (configuration) => compareDepthwise(backend, configuration)), { seed: 6, numRuns: 30 });
    });

    it('gradients by finite differences', async () => {
      const configuration: DepthwiseCase = { x: [2, 6, 5, 6], filter: [3, 3, 1], strides: 2, pad: 'same' };
      await setBackend(backend);
      try {
        const inputs = [normalTensor(1, configuration.x), normalTensor(2, filterShapeOf(configuration))];
        const weight = normalTensor(3, tidy(() => convolve(inputs[0] as Tensor, inputs[1] as Tensor, configuration)).shape);
        await expectGradients((a, b) => sum(mul(convolve(a as Tensor, b as Tensor, configuration), weight)) as Scalar, inputs);
      } finally {
        await setBackend('cpu');
      }
    });

    it('with bias and activation fused', async () => {
      for (const activation of ['linear', 'relu', 'relu6', 'sigmoid', 'leakyrelu', 'elu'] as const) {
        await compareBackends(backend, () =>
          fused.depthwiseConv2d({ x: normalTensor(1, [2, 6, 5, 10]) as Tensor4D, filter: normalTensor(2, [3, 3, 10, 1]) as Tensor4D, bias: normalTensor(3, [10]) as Tensor1D, strides: 1, pad: 'same', activation, leakyreluAlpha: 0.2 }),
        );
      }
    });
  });
}
