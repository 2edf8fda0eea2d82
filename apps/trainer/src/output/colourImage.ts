import { encode } from 'fast-png';

/** A colour image: red, green and blue from 0 to 255, row by row. */
export interface ColourImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** An 8-bit colour PNG. */
export function encodeColourPng({ data, width, height }: ColourImage): Uint8Array {
  if (data.length !== 3 * width * height) throw new TypeError(`Cannot write a PNG as 3 x ${width} x ${height} values are needed: current length is ${data.length}`);
  return encode({ width, height, data, channels: 3, depth: 8 });
}
