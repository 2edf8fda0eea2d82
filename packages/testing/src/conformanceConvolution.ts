import { conv2d, fused, grads, mul, sum, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { compareBackends, normalTensor } from './compareBackends.ts';

type Padding = 'same' | 'valid' | number;

interface ConvolutionCase {
  readonly x: readonly [batch: number, height: number, width: number, channels: number];
  readonly filter: readonly [height: number, width: number, out: number];
  readonly strides?: number | [number, number];
  readonly pad?: Padding;
  readonly dilations?: number;
}

const CASES: Readonly<Record<string, ConvolutionCase>> = {
  '1x1': { x: [2, 5, 4, 24], filter: [1, 1, 16] },
  '1x1, stride 2': { x: [2, 7, 6, 17], filter: [1, 1, 9], strides: 2 },
  '3x3 same': { x: [2, 8, 6, 16], filter: [3, 3, 24], pad: 'same' },
  '3x3 same, images many and small': { x: [9, 2, 2, 32], filter: [3, 3, 16], pad: 'same' },
  '3x3 same, odd map': { x: [1, 7, 5, 20], filter: [3, 3, 12], pad: 'same' },
  '3x3 valid, stride 2': { x: [3, 9, 9, 16], filter: [3, 3, 8], strides: 2 },
  '3x3 same, stride 2': { x: [1, 8, 8, 3], filter: [3, 3, 5], strides: 2, pad: 'same' },
  '7x7 stem': { x: [2, 17, 19, 1], filter: [7, 7, 16], strides: 2 },
  'numeric padding': { x: [2, 6, 5, 18], filter: [3, 3, 7], pad: 1 },
  'uneven strides': { x: [2, 8, 7, 4], filter: [2, 3, 6], strides: [2, 1] },
  'larger stride than filter': { x: [2, 9, 9, 5], filter: [2, 2, 4], strides: 3 },
  'more positions than a block': { x: [5, 12, 11, 16], filter: [3, 3, 20], pad: 'same' },
  '3x3 same, many channels, few pixels': { x: [2, 7, 7, 40], filter: [3, 3, 72], pad: 'same' },
  '3x3 valid, tiles at the edge': { x: [3, 11, 14, 17], filter: [3, 3, 19] },
  '3x3 same, many tiles': { x: [17, 16, 16, 16], filter: [3, 3, 16], pad: 'same' },
  'one of everything': { x: [1, 1, 1, 1], filter: [1, 1, 1] },
};

function convolve(x: Tensor, filter: Tensor, { strides = 1, pad = 'valid', dilations = 1 }: ConvolutionCase): Tensor {
  return conv2d(x as Tensor4D, filter as Tensor4D, strides, pad, 'NHWC', dilations);
}

async function compareConvolution(backend: string, configuration: ConvolutionCase): Promise<void> {
  const filterShape = [configuration.filter[0], configuration.filter[1], configuration.x[3], configuration.filter[2]];
  await compareBackends(backend, () => {
    const [x, filter] = [normalTensor(1, configuration.x), normalTensor(2, filterShape)];
    const y = convolve(x, filter, configuration);
    if ((configuration.dilations ?? 1) > 1) return y; // tfjs has no gradient of it
    const weight = normalTensor(3, y.shape);
    const gradients = grads((a, b) => sum(mul(convolve(a, b, configuration), weight)))([x, filter]);
    return [y, ...gradients];
  });
}

/** Convolution forward and both gradients, and the fused form. */
export function describeConvolutionConformance(backend: string): void {
  describe('convolution and its gradients', () => {
    for (const [name, configuration] of Object.entries(CASES)) it(name, () => compareConvolution(backend, configuration));

    it('3x3, dilated', () => compareConvolution(backend, { x: [2, 9, 8, 16], filter: [3, 3, 8], pad: 'same', dilations: 2 }));

    it('random shapes', async () => {
      const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
      const shapes = fc.record({
        x: fc.tuple(size(3), fc.integer({ min: 3, max: 9 }), fc.integer({ min: 3, max: 9 }), size(20)),
        filter: fc.tuple(size(3), size(3), size(20)),
        strides: size(3),
        pad: fc.constantFrom<Padding>('same', 'valid'),
      });
      await fc.assert(fc.asyncProperty(shapes, (configuration) => compareConvolution(backend, configuration)), { seed: 1, numRuns: 25 });
    });

    it('with bias and activation fused', async () => {
      for (const activation of ['linear', 'relu', 'relu6', 'sigmoid', 'leakyrelu', 'elu'] as const) {
        await compareBackends(backend, () =>
          fused.conv2d({ x: normalTensor(1, [2, 6, 5, 16]) as Tensor4D, filter: normalTensor(2, [3, 3, 16, 10]) as Tensor4D, bias: normalTensor(3, [10]) as Tensor1D, strides: 1, pad: 'same', activation, leakyreluAlpha: 0.2 }),
        );
      }
    });
  });
}
