import { encodeGrayPng } from './encodeGrayPng.ts';

/**
 * Square pictures beside one another in one PNG, with a pixel between them.
 *
 * @param pictures Values from 0 (black) to 1 (white), side x side each, row by row.
 * @param options The side, and how many stand in a row.
 */
export function imageGrid(pictures: readonly Float32Array[], { side, columns }: { readonly side: number; readonly columns: number }): Uint8Array {
  const rows = Math.ceil(pictures.length / columns);
  const [width, height] = [columns * (side + 1) - 1, rows * (side + 1) - 1];
  const values = new Float32Array(width * height);
  for (const [index, picture] of pictures.entries()) {
    const start = Math.floor(index / columns) * (side + 1) * width + (index % columns) * (side + 1);
    for (let row = 0; row < side; row++) for (let column = 0; column < side; column++) values[start + row * width + column] = 255 * (picture[row * side + column] as number);
  }
  return encodeGrayPng(values, width, height);
}
