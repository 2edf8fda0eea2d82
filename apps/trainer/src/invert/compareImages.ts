import { multiscaleStructuralSimilarity, MULTISCALE_LEAST_SIZE, peakSignalToNoise, structuralSimilarity } from '@cxr-ifa/metrics';
import type { GrayImage } from '@cxr-ifa/tensor';

/** How near a reconstruction is to its original, both of values from 0 to 1. */
export interface ImageComparison {
  readonly mse: number;
  /** In decibels. */
  readonly psnr: number;
  readonly ssim: number;
  /** Of images that are large enough for its five scales. */
  readonly msSsim?: number;
}

/** Compares two square pictures. */
export function compareImages(original: Float32Array, reconstruction: Float32Array, side: number): ImageComparison {
  const image = (data: Float32Array): GrayImage => ({ data, width: side, height: side, range: [0, 1] });
  const [first, second] = [image(reconstruction), image(original)];
  const mse = original.reduce((sum, value, index) => sum + (value - (reconstruction[index] as number)) ** 2, 0) / original.length;
  return { mse, psnr: peakSignalToNoise(first, second), ssim: structuralSimilarity(first, second), ...(side >= MULTISCALE_LEAST_SIZE && { msSsim: multiscaleStructuralSimilarity(first, second) }) };
}
