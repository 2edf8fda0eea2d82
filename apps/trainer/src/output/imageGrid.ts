import { encodeGrayPng } from './encodeGrayPng.ts';

/** How pictures stand in a grid: their side, and how many stand in a row. */
export interface GridLayout {
  readonly side: number;
  readonly columns: number;
}

/**
 * Square pictures beside one another in one picture, with a black pixel between them.
 *
 * @param pictures Values from 0 (black) to 1 (white), side x side each, row by row.
 */
export function gridPicture(pictures: readonly Float32Array[], { side, columns }: GridLayout): { pixels: Float32Array; width: number; height: number } {
  const rows = Math.ceil(pictures.length / columns);
  const [width, height] = [columns * (side + 1) - 1, rows * (side + 1) - 1];
  const pixels = new Float32Array(width * height);
  for (const [index, picture] of pictures.entries()) {
    const start = Math.floor(index / columns) * (side + 1) * width + (index % columns) * (side + 1);
    for (let row = 0; row < side; row++) pixels.set(picture.subarray(row * side, (row + 1) * side), start + row * width);
  }
  return { pixels, width, height };
}

/** The same as a PNG. */
export function imageGrid(pictures: readonly Float32Array[], layout: GridLayout): Uint8Array {
  const { pixels, width, height } = gridPicture(pictures, layout);
  return encodeGrayPng(pixels.map((value) => 255 * value), width, height);
}
