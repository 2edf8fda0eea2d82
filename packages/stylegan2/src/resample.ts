import { depthwiseConv2d, engine, pad, tensor4d, tidy, type NamedAttrMap, type Tensor4D } from '@tensorflow/tfjs-core';

/** The low-pass filter of the paper. */
const TAPS = [1, 3, 3, 1];

/** [1, 3, 3, 1] along both axes for each channel by itself, with sum `gain`, [4, 4, C, 1]. */
function lowPass(channels: number, gain: number): Tensor4D {
  const plane = TAPS.flatMap((a) => TAPS.map((b) => (gain * a * b) / 64));
  return tensor4d(Float32Array.from({ length: 16 * channels }, (_, index) => plane[Math.floor(index / channels)] as number), [4, 4, channels, 1]);
}

/**
 * Filters maps after adding zeros on every side.
 *
 * @param x Maps, [N, H, W, C].
 * @param options Zeros on each side, and what a constant is multiplied by.
 * @returns Maps, [N, H + 2 padding - 3, W + 2 padding - 3, C].
 */
export function blur(x: Tensor4D, { padding, gain = 1 }: { readonly padding: number; readonly gain?: number }): Tensor4D {
  return tidy(() => {
    const padded = pad(x, [[0, 0], [padding, padding], [padding, padding], [0, 0]]);
    return depthwiseConv2d(padded, lowPass(x.shape[3], gain), 1, 'valid');
  });
}

/** Halves height and width, which must be even: filtered, and every other pixel, [N, H / 2, W / 2, C]. */
export function downsample(x: Tensor4D): Tensor4D {
  return tidy(() => depthwiseConv2d(x, lowPass(x.shape[3], 1), 2, 'same'));
}

/** Doubles height and width: zeros between the pixels, filtered, [N, 2 H, 2 W, C]. It is the transpose of {@link downsample} but for its gain of 4. */
export function upsample(x: Tensor4D): Tensor4D {
  return tidy(() => {
    const [batch, height, width, channels] = x.shape;
    const attributes = { strides: [2, 2], pad: 'same', dilations: [1, 1], dimRoundingMode: undefined, inputShape: [batch, 2 * height, 2 * width, channels] };
    return engine().runKernel('DepthwiseConv2dNativeBackpropInput', { dy: x, filter: lowPass(channels, 4) }, attributes as unknown as NamedAttrMap) as Tensor4D;
  });
}
