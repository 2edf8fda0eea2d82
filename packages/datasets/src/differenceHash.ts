import { DIFFERENCE_THRESHOLDS } from './differenceThresholds.ts';

/** The side of a thumbnail in pixels, and by how many pixels two of them may be shifted against one another. */
export const THUMBNAIL_SIZE = 32;
export const MAXIMUM_SHIFT = 2;

const WINDOW = THUMBNAIL_SIZE - 2 * MAXIMUM_SHIFT;
const [ROWS, COLUMNS] = [8, 9];
const STRIDE = THUMBNAIL_SIZE + 1;
const edges = (parts: number): number[] => Array.from({ length: parts + 1 }, (_, part) => Math.floor((WINDOW * part) / parts));
const [DOWN, ACROSS] = [edges(ROWS), edges(COLUMNS)];

/** 64 bits as two integers without sign. */
export type Hash = readonly [high: number, low: number];

/**
 * Prepares the difference hashes of a thumbnail's windows: 28 x 28 pixels, cut into 8 x 9 blocks; each bit says whether the mean of a block exceeds that of the block
 * to its left by more than is usual in chest radiographs, in standard deviations of the window. Brightness and contrast do not matter.
 *
 * @param thumbnail Grey values, 32 x 32, row by row.
 * @returns The hash of the window that lies so many pixels right of and below the middle (-2 to 2), or `undefined` where the window is of one colour.
 */
export function differenceHasher(thumbnail: ArrayLike<number>): (right: number, down: number) => Hash | undefined {
  const [sums, squares] = summedAreas(thumbnail);
  const area = (table: Float64Array, top: number, left: number, bottom: number, right: number): number =>
    (table[bottom * STRIDE + right] as number) - (table[top * STRIDE + right] as number) - (table[bottom * STRIDE + left] as number) + (table[top * STRIDE + left] as number);
  return (right, down) => {
    const [top, left] = [MAXIMUM_SHIFT + down, MAXIMUM_SHIFT + right];
    const window = [top, left, top + WINDOW, left + WINDOW] as const;
    const mean = area(sums, ...window) / WINDOW ** 2;
    const variance = area(squares, ...window) / WINDOW ** 2 - mean ** 2;
    if (!(variance > 1e-9 * (1 + mean ** 2))) return undefined;
    const deviation = Math.sqrt(variance);
    const words: [number, number] = [0, 0];
    for (let row = 0; row < ROWS; row++) {
      let previous = 0;
      for (let column = 0; column < COLUMNS; column++) {
        const [y0, y1, x0, x1] = [DOWN[row] as number, DOWN[row + 1] as number, ACROSS[column] as number, ACROSS[column + 1] as number];
        const block = area(sums, top + y0, left + x0, top + y1, left + x1) / ((y1 - y0) * (x1 - x0));
        const bit = row * (COLUMNS - 1) + column - 1;
        if (column > 0 && block - previous > (DIFFERENCE_THRESHOLDS[bit] as number) * deviation) words[bit >> 5]! |= 1 << (bit & 31);
        previous = block;
      }
    }
    return [words[0] >>> 0, words[1] >>> 0];
  };
}

/** Sums of the values, and of their squares, above and left of each pixel corner: the sum of any rectangle is four of them. */
function summedAreas(thumbnail: ArrayLike<number>): [Float64Array, Float64Array] {
  const [sums, squares] = [new Float64Array(STRIDE ** 2), new Float64Array(STRIDE ** 2)];
  for (let y = 0; y < THUMBNAIL_SIZE; y++) {
    let [row, rowOfSquares] = [0, 0];
    for (let x = 0; x < THUMBNAIL_SIZE; x++) {
      const value = thumbnail[y * THUMBNAIL_SIZE + x] as number;
      row += value;
      rowOfSquares += value * value;
      const at = (y + 1) * STRIDE + x + 1;
      sums[at] = (sums[at - STRIDE] as number) + row;
      squares[at] = (squares[at - STRIDE] as number) + rowOfSquares;
    }
  }
  return [sums, squares];
}
