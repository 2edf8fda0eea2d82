import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { input, type KernelOverride } from '../kernelOverride.ts';
import { isEmpty, runProgram, type Program } from '../runProgram.ts';

const FILL_MODES = ['constant', 'reflect', 'wrap', 'nearest'];
const INTERPOLATIONS = ['nearest', 'bilinear'];

/** out[y, x] = image[(t3 x + t4 y + t5) / k, (t0 x + t1 y + t2) / k] with k = t6 x + t7 y + 1, for every image of the batch. */
const TRANSFORM: Program = {
  name: 'projective transform',
  inputs: { images: 'f32', transforms: 'f32' },
  outputs: { result: 'f32' },
  uniforms: { size: 'u32', channels: 'i32', inHeight: 'i32', inWidth: 'i32', outHeight: 'i32', outWidth: 'i32', transformCount: 'i32', bilinear: 'i32', fillMode: 'i32', fill: 'f32' },
  declarations: `
fn reflectAt(value: f32, length: f32) -> f32 { // [abcd] goes on as [dcba|abcd|dcba]
  let period = 2.0 * length;
  var at = value;
  if (length <= 1.0) { return 0.0; }
  if (at < 0.0) {
    if (at < period) { at += period * trunc(-at / period); }
    at = select(-at - 1.0, at + period, at < -length);
  } else if (at > length - 1.0) {
    at -= period * trunc(at / period);
    if (at >= length) { at = period - at - 1.0; }
  }
  return clamp(at, 0.0, length - 1.0);
}
fn wrapAt(value: f32, length: f32) -> f32 { // [abcd] goes on as [abcd|abcd|abcd]; the period of the whole steps is one less, as in TensorFlow
  var at = value;
  if (length <= 1.0) { return 0.0; }
  if (at < 0.0) { at += length * (trunc(-at / (length - 1.0)) + 1.0); }
  else if (at > length - 1.0) { at -= length * trunc(at / (length - 1.0)); }
  return clamp(at, 0.0, length - 1.0);
}
fn place(at: f32, length: f32) -> f32 {
  switch uniforms.fillMode {
    case 1: { return reflectAt(at, length); }
    case 2: { return wrapAt(at, length); }
    case 3: { return clamp(at, 0.0, length - 1.0); }
    default: { return at; }
  }
}
fn pixel(image: i32, row: f32, column: f32, channel: i32) -> f32 {
  if (!(row >= 0.0 && row < f32(uniforms.inHeight) && column >= 0.0 && column < f32(uniforms.inWidth))) { return uniforms.fill; }
  return images[((image * uniforms.inHeight + i32(row)) * uniforms.inWidth + i32(column)) * uniforms.channels + channel];
}`,
  body: `
  if (index >= uniforms.size) { return; }
  let flat = i32(index);
  let channel = flat % uniforms.channels;
  let x = f32((flat / uniforms.channels) % uniforms.outWidth);
  let y = f32((flat / uniforms.channels / uniforms.outWidth) % uniforms.outHeight);
  let image = flat / uniforms.channels / uniforms.outWidth / uniforms.outHeight;
  let t = select(8 * image, 0, uniforms.transformCount == 1);
  let projection = transforms[t + 6] * x + transforms[t + 7] * y + 1.0;
  if (projection == 0.0) {
    result[index] = uniforms.fill;
    return;
  }
  let column = place((transforms[t] * x + transforms[t + 1] * y + transforms[t + 2]) / projection, f32(uniforms.inWidth));
  let row = place((transforms[t + 3] * x + transforms[t + 4] * y + transforms[t + 5]) / projection, f32(uniforms.inHeight));
  if (uniforms.bilinear == 0) {
    result[index] = pixel(image, floor(row + 0.5), floor(column + 0.5), channel);
    return;
  }
  let top = floor(row);
  let left = floor(column);
  let above = pixel(image, top, left, channel) * (left + 1.0 - column) + pixel(image, top, left + 1.0, channel) * (column - left);
  let below = pixel(image, top + 1.0, left, channel) * (left + 1.0 - column) + pixel(image, top + 1.0, left + 1.0, channel) * (column - left);
  result[index] = above * (top + 1.0 - row) + below * (row - top);`,
};

/** Projective transforms of images. */
export const transformOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'Transform',
    run(call) {
      const [image, transforms] = [input(call, 'image'), input(call, 'transforms')];
      const { interpolation, fillMode, fillValue, outputShape } = call.attrs as { interpolation: string; fillMode: string; fillValue: number; outputShape?: [number, number] };
      const [batch, inHeight, inWidth, channels] = image.shape as [number, number, number, number];
      const [outHeight, outWidth] = outputShape ?? [inHeight, inWidth];
      const shape = [batch, outHeight, outWidth, channels];
      const size = util.sizeFromShape(shape);
      if (image.dtype !== 'float32' || isEmpty(image) || size === 0) return undefined;
      const uniforms = [size, channels, inHeight, inWidth, outHeight, outWidth, transforms.shape[0] as number, INTERPOLATIONS.indexOf(interpolation), FILL_MODES.indexOf(fillMode), fillValue];
      return runProgram(call.backend, TRANSFORM, [image, transforms], [{ shape }], uniforms, size)[0] as TensorInfo;
    },
  },
];
