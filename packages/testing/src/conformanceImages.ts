import { concat, getBackend, grad, image as images, mul, setBackend, slice, sum, tensor2d, tidy, type Scalar, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { compareBackends, normalTensor } from './compareBackends.ts';
import { expectGradients } from './expectGradients.ts';

/** Which pixel an output pixel is at: alignCorners, halfPixelCenters. */
const ALIGNMENTS = [
  [false, false],
  [true, false],
  [false, true],
] as const;
const RESIZES: readonly (readonly [shape: [number, number, number, number], size: [number, number]])[] = [
  [[2, 5, 5, 3], [9, 9]],
  [[1, 9, 9, 1], [4, 4]],
  [[2, 4, 4, 17], [4, 4]],
  [[1, 1, 1, 2], [3, 3]],
  [[2, 6, 6, 4], [1, 1]],
  [[1, 20, 20, 1], [57, 57]],
];
const FILL_MODES = ['constant', 'reflect', 'wrap', 'nearest'] as const;
/** Rotation, shear, perspective, far outside, and one whose projection is 0 along a line; none falls on a tie or an edge but where float32 knows it too. */
const TRANSFORMS = [
  [1, 0, 0, 0, 1, 0, 0, 0],
  [0.9, -0.35, 2.13, 0.31, 1.1, -1.717, 0, 0],
  [1, 0, 0.5, 0, 1, -0.5, 0, 0],
  [1.2, 0.1, -3.31, -0.2, 0.8, 1.63, 0.01, -0.02],
  [1, 0, 40, 0, 1, -55, 0, 0],
  [-1, 0, 9, 0, -1, 8, -0.25, 0],
];

/** tfjs's CPU backend transforms the first image of a batch only: there the images go one by one. */
function transformBatch(x: Tensor4D, transforms: Tensor2D, ...options: [interpolation: 'nearest' | 'bilinear', fillMode: (typeof FILL_MODES)[number], fillValue: number, outputShape?: [number, number]]): Tensor {
  if (getBackend() !== 'cpu') return images.transform(x, transforms, ...options);
  const [batch, height, width, channels] = x.shape;
  const one = (index: number): Tensor4D => {
    const transform = transforms.shape[0] === 1 ? transforms : slice(transforms, [index, 0], [1, 8]);
    return images.transform(slice(x, [index, 0, 0, 0], [1, height, width, channels]), transform, ...options);
  };
  return concat(Array.from({ length: batch }, (_, index) => one(index)), 0);
}

/** Resizing with its gradient, and projective transforms. */
export function describeImageConformance(backend: string): void {
  describe('images', () => {
    for (const [name, resize] of Object.entries({ bilinear: images.resizeBilinear, 'nearest neighbour': images.resizeNearestNeighbor })) {
      it(`resize ${name}`, async () => {
        for (const [alignCorners, halfPixelCenters] of ALIGNMENTS) {
          for (const [shape, size] of RESIZES) await compareBackends(backend, () => resize(normalTensor(1, shape) as Tensor4D, size, alignCorners, halfPixelCenters));
          await compareBackends(backend, () => resize(normalTensor(1, [2, 7, 4, 5]) as Tensor4D, [3, 9], alignCorners, halfPixelCenters));
          await compareBackends(backend, () => resize(normalTensor(1, [0, 4, 4, 1]) as Tensor4D, [2, 2], alignCorners, halfPixelCenters));
        }
      });

      it(`resize ${name}: random sizes`, async () => {
        const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
        const cases = fc.record({ shape: fc.tuple(size(2), size(12), size(12), size(9)), size: fc.tuple(size(25), size(25)), alignment: fc.constantFrom<readonly [boolean, boolean]>(...ALIGNMENTS) });
        await fc.assert(
          fc.asyncProperty(cases, ({ shape, size: [height, width], alignment }) => compareBackends(backend, () => resize(normalTensor(1, shape) as Tensor4D, [height, width], ...alignment))),
          { seed: 7, numRuns: 40 },
        );
      });
    }

    it('resize bilinear: the gradient of square images', async () => {
      for (const alignCorners of [false, true]) {
        for (const [shape, size] of RESIZES) {
          await compareBackends(backend, () => grad((x) => sum(mul(images.resizeBilinear(x as Tensor4D, size, alignCorners), normalTensor(2, [shape[0], ...size, shape[3]]))))(normalTensor(1, shape)));
        }
      }
    });

    // tfjs's own gradient exchanges height and width in its shape and ignores half-pixel centres: no reference there
    it('resize bilinear: the gradient of any image by finite differences', async () => {
      await setBackend(backend);
      try {
        for (const alignment of ALIGNMENTS) {
          for (const [shape, size] of [[[2, 7, 4, 5], [3, 9]], [[1, 3, 8, 1], [10, 5]], [[1, 5, 6, 2], [11, 12]]] as const) {
            const weight = normalTensor(2, [shape[0], ...size, shape[3]]);
            await expectGradients((x) => sum(mul(images.resizeBilinear(x as Tensor4D, [...size], ...alignment), weight)) as Scalar, [normalTensor(1, shape)]);
          }
        }
      } finally {
        await setBackend('cpu');
      }
    });

    for (const interpolation of ['nearest', 'bilinear'] as const) {
      it(`transform, ${interpolation}: each fill mode, one transform or one an image`, async () => {
        for (const fillMode of FILL_MODES) {
          for (const channels of [1, 3, 9]) {
            await compareBackends(backend, () => {
              const x = normalTensor(1, [TRANSFORMS.length, 9, 11, channels]) as Tensor4D;
              return [
                transformBatch(x, tensor2d(TRANSFORMS), interpolation, fillMode, 0.5),
                transformBatch(x, tensor2d(TRANSFORMS), interpolation, fillMode, 0, [5, 14]),
                transformBatch(x, tensor2d([TRANSFORMS[1] as number[]]), interpolation, fillMode, -1),
              ];
            });
          }
          await compareBackends(backend, () => transformBatch(normalTensor(1, [TRANSFORMS.length, 1, 1, 1]) as Tensor4D, tensor2d(TRANSFORMS), interpolation, fillMode, 2, [3, 3]));
        }
      });
    }

    it('transform: random affine maps, bilinear', async () => {
      const entry = fc.double({ min: -1.5, max: 1.5, noNaN: true });
      const shift = fc.double({ min: -12, max: 12, noNaN: true });
      await fc.assert(
        fc.asyncProperty(fc.tuple(entry, entry, shift, entry, entry, shift), fc.constantFrom(...FILL_MODES), (affine, fillMode) =>
          compareBackends(backend, () => tidy(() => transformBatch(normalTensor(1, [1, 8, 7, 2]) as Tensor4D, tensor2d([[...affine, 0, 0]]), 'bilinear', fillMode, 0.25))),
        ),
        { seed: 8, numRuns: 40 },
      );
    });
  });
}
