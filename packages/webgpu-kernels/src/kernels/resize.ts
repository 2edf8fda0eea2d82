import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { input, type KernelOverride } from '../kernelOverride.ts';
import { isEmpty, runProgram, type Program } from '../runProgram.ts';

/** Each pixel gathers from the output lines that lie within one line of it, by the weight that the resize gave it there. */
const GRADIENT: Program = {
  name: 'bilinear resize gradient',
  inputs: { dy: 'f32' },
  outputs: { dx: 'f32' },
  uniforms: { size: 'u32', channels: 'i32', inHeight: 'i32', inWidth: 'i32', outHeight: 'i32', outWidth: 'i32', scaleY: 'f32', scaleX: 'f32', shift: 'f32' },
  declarations: `
fn weightAt(line: i32, output: i32, length: i32, scale: f32) -> f32 {
  let at = (f32(output) + uniforms.shift) * scale - uniforms.shift;
  let low = max(0, i32(floor(at)));
  let high = min(length - 1, i32(ceil(at)));
  let fraction = at - f32(low);
  return select(0.0, 1.0 - fraction, low == line) + select(0.0, fraction, high == line);
}
// Where (output + shift) scale - shift is this line, roughly
fn outputAt(line: f32, scale: f32) -> f32 { return (line + uniforms.shift) / scale - uniforms.shift; }
fn firstAt(line: i32, scale: f32, count: i32) -> i32 { return select(clamp(i32(floor(outputAt(f32(line) - 1.0, scale))) - 1, 0, count), 0, scale == 0.0 || line == 0); }
fn endAt(line: i32, length: i32, scale: f32, count: i32) -> i32 { return select(clamp(i32(ceil(outputAt(f32(line) + 1.0, scale))) + 2, 0, count), count, scale == 0.0 || line == length - 1); }`,
  body: `
  if (index >= uniforms.size) { return; }
  let at = i32(index);
  let channel = at % uniforms.channels;
  let column = (at / uniforms.channels) % uniforms.inWidth;
  let row = (at / uniforms.channels / uniforms.inWidth) % uniforms.inHeight;
  let image = at / uniforms.channels / uniforms.inWidth / uniforms.inHeight;
  let firstColumn = firstAt(column, uniforms.scaleX, uniforms.outWidth);
  let endColumn = endAt(column, uniforms.inWidth, uniforms.scaleX, uniforms.outWidth);
  var sum = 0.0;
  for (var y = firstAt(row, uniforms.scaleY, uniforms.outHeight); y < endAt(row, uniforms.inHeight, uniforms.scaleY, uniforms.outHeight); y++) {
    let ofRow = weightAt(row, y, uniforms.inHeight, uniforms.scaleY);
    if (ofRow == 0.0) { continue; }
    for (var x = firstColumn; x < endColumn; x++) {
      sum += ofRow * weightAt(column, x, uniforms.inWidth, uniforms.scaleX) * dy[((image * uniforms.outHeight + y) * uniforms.outWidth + x) * uniforms.channels + channel];
    }
  }
  dx[index] = sum;`,
};

/** The gradient of bilinear resizing, with half-pixel centres and for images that are not square, both of which tfjs's ignores. */
export const resizeOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'ResizeBilinearGrad',
    run(call) {
      const [images, dy] = [input(call, 'images'), input(call, 'dy')];
      if (isEmpty(images) || isEmpty(dy)) return undefined;
      const { alignCorners, halfPixelCenters = false } = call.attrs as { alignCorners: boolean; halfPixelCenters?: boolean };
      const [, inHeight, inWidth, channels] = images.shape as [number, number, number, number];
      const [, outHeight, outWidth] = dy.shape as [number, number, number, number];
      const scale = (from: number, to: number): number => (alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to);
      const size = util.sizeFromShape(images.shape);
      const uniforms = [size, channels, inHeight, inWidth, outHeight, outWidth, scale(inHeight, outHeight), scale(inWidth, outWidth), halfPixelCenters ? 0.5 : 0];
      return runProgram(call.backend, GRADIENT, [dy], [{ shape: images.shape }], uniforms, size)[0] as TensorInfo;
    },
  },
];
