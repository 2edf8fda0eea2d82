import { add, conv2d, conv2dTranspose, div, matMul, mul, reshape, sqrt, square, sum, transpose, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { blur } from './resample.ts';

/** Options of {@link modulatedConvolution}. */
export interface ModulatedConvolutionOptions {
  /** Brings every output channel back to unit variance. */
  readonly demodulate: boolean;
  /** Doubles height and width. @default {false} */
  readonly up?: boolean;
  /** What the result is multiplied by. @default {1} */
  readonly gain?: number;
}

const EPSILON = 1e-8;

/**
 * A convolution whose filter is scaled by a style for each input channel, image by image, and brought back to unit norm:
 *
 *     w'[i, o] = s[i] w[i, o] / sqrt(fan-in)     w''[.., i, o] = w'[.., i, o] / sqrt(sum over i and taps of w'^2 + 1e-8)
 *
 * It is computed as an ordinary convolution of scaled maps whose result is scaled, which is the same number: s does not depend on the taps, and the norm not
 * on i. A filter for each image would need a grouped convolution, which TensorFlow.js has not.
 *
 * @param x Maps, [N, H, W, I].
 * @param styles One factor an input channel, [N, I].
 * @param filter Filter of unit variance, [kh, kw, I, O].
 * @returns Maps, [N, H, W, O], or [N, 2 H, 2 W, O].
 * @see Karras et al. 2020, Analyzing and Improving the Image Quality of StyleGAN, equations 1 to 3
 */
export function modulatedConvolution(x: Tensor4D, styles: Tensor2D, filter: Tensor4D, { demodulate, up = false, gain = 1 }: ModulatedConvolutionOptions): Tensor4D {
  const [height, width, inputs, outputs] = filter.shape;
  const [batch] = styles.shape;
  const weight: Tensor4D = mul(filter, (demodulate ? 1 : gain) / Math.sqrt(height * width * inputs));
  const modulated: Tensor4D = mul(x, reshape(styles, [batch, 1, 1, inputs]));
  const y = up ? transposed(modulated, weight) : conv2d(modulated, weight, 1, 'same'); // [N, H', W', O]
  if (!demodulate) return y;
  const squares: Tensor2D = sum(square(weight), [0, 1]); // [I, O]
  const norm: Tensor2D = sqrt(add<Tensor2D>(matMul(square(styles), squares), EPSILON)); // [N, O]
  return mul(y, reshape(div(gain, norm), [batch, 1, 1, outputs]));
}

/** Zeros between the pixels, the filter, and the low-pass: the first two are a transposed convolution, [N, H, W, I] to [N, 2 H, 2 W, O]. */
function transposed(x: Tensor4D, filter: Tensor4D): Tensor4D {
  const [batch, height, width] = x.shape;
  const [size, , , outputs] = filter.shape;
  const wide = conv2dTranspose(x, transpose(filter, [0, 1, 3, 2]), [batch, 2 * height + size - 2, 2 * width + size - 2, outputs], 2, 'valid'); // [N, 2 H + 1, 2 W + 1, O]
  return blur(wide, { padding: 1, gain: 4 });
}
