import type { TensorInfo } from '@tensorflow/tfjs-core';
import { areFloats, type KernelOverride } from '../kernelOverride.ts';

type Shape4 = [number, number, number, number];

/** The order of the fill modes in native/transform.c. */
const FILL_MODES = ['constant', 'reflect', 'wrap', 'nearest'];
const INTERPOLATIONS = ['nearest', 'bilinear'];

interface TransformAttributes {
  readonly interpolation: string;
  readonly fillMode: string;
  readonly fillValue: number;
  readonly outputShape?: [height: number, width: number];
}

/** Projective transforms of images. The inherited kernel transforms the first image of a batch only; this one all of them. */
export const transformOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'Transform',
    run({ inputs, attrs, backend }) {
      const { image, transforms } = inputs as { image: TensorInfo; transforms: TensorInfo };
      const { interpolation, fillMode, fillValue, outputShape } = attrs as unknown as TransformAttributes;
      const [batch, inHeight, inWidth, channels] = image.shape as Shape4;
      const [outHeight, outWidth] = outputShape ?? [inHeight, inWidth];
      const [method, mode] = [INTERPOLATIONS.indexOf(interpolation), FILL_MODES.indexOf(fillMode)];
      const isEmpty = batch * inHeight * inWidth * channels * outHeight * outWidth === 0;
      if (!areFloats(image, transforms) || method < 0 || mode < 0 || isEmpty) return undefined;
      const out = backend.createOutput([batch, outHeight, outWidth, channels]);
      const fill = backend.scratch(channels);
      backend.floatsAt(fill, channels).fill(fillValue);
      const shape = backend.writeArguments([batch, inHeight, inWidth, channels, outHeight, outWidth, transforms.shape[0] as number, method, mode]);
      backend.kernels.transform_images(shape, backend.address(image), backend.address(transforms), fill, backend.address(out));
      return out;
    },
  },
];
