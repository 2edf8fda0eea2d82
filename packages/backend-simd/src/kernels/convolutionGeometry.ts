import { backend_util, type NamedAttrMap } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';

type Shape4 = [number, number, number, number];
type Dilations = number | [number, number];

/** Filters of more taps than this are left to the inherited kernels: the threads' scratch holds no longer lists. */
const MOST_TAPS = 400;

/** The geometry of a convolution, depthwise or not, or nothing for layouts that we do not have. */
export function convolutionGeometry(xShape: number[], filterShape: number[], attrs: NamedAttrMap, depthwise = false): backend_util.Conv2DInfo | undefined {
  if (attrs.dataFormat !== 'NHWC' && attrs.dataFormat !== undefined) return undefined;
  const { strides, pad, dimRoundingMode } = attrs as { strides: Dilations; pad: number; dimRoundingMode?: 'floor' | 'round' | 'ceil' };
  const info = backend_util.computeConv2DInfo(xShape as Shape4, filterShape as Shape4, strides, (attrs.dilations as Dilations | undefined) ?? 1, pad, dimRoundingMode, depthwise);
  return info.filterHeight * info.filterWidth <= MOST_TAPS ? info : undefined;
}

/** Hands a geometry to the next kernel as `convolution_shape` in native/convolution.h; returns its address. */
export function writeConvolutionGeometry(backend: SimdBackend, info: backend_util.Conv2DInfo): number {
  return backend.writeArguments([
    info.batchSize, info.inHeight, info.inWidth, info.inChannels,
    info.outHeight, info.outWidth, info.outChannels,
    info.filterHeight, info.filterWidth,
    info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth,
    info.padInfo.top, info.padInfo.left,
  ]);
}

/** Whether there is nothing to go in or nothing to come out. */
export function isEmptyConvolution(info: backend_util.Conv2DInfo): boolean {
  return info.batchSize * info.outHeight * info.outWidth * info.outChannels * info.inHeight * info.inWidth * info.inChannels === 0;
}
