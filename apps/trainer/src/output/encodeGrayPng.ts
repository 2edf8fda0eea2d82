import { encode } from 'fast-png';

/**
 * An 8-bit greyscale PNG.
 *
 * @param values From 0 (black) to 255 (white), row by row; rounded, and cut where they are beyond.
 */
export function encodeGrayPng(values: Float32Array, width: number, height: number): Uint8Array {
  if (values.length !== width * height) throw new TypeError(`Cannot write a PNG as ${width} x ${height} values are needed: current length is ${values.length}`);
  return encode({ width, height, data: Uint8Array.from(values, (value) => Math.round(Math.min(255, Math.max(0, value)))), channels: 1, depth: 8 });
}
