import type { Boxes } from './boxes.ts';
import { cellAnchors } from './cellAnchors.ts';

/** Which anchors {@link createAnchors} makes. */
export interface AnchorOptions {
  /** Height and width of the images, in pixels. */
  readonly imageSize: readonly [height: number, width: number];
  /** Rows and columns of each level's map, finest first. */
  readonly grids: readonly (readonly [rows: number, columns: number])[];
  /** The side of the finest level's smallest anchor, in pixels; it doubles from level to level. @default {32} */
  readonly baseSize?: number;
  /** Heights over widths. @default {[0.5, 1, 2]} */
  readonly aspects?: readonly number[];
  /** Sizes at each level, in powers of two of its smallest: [0, 1/3, 2/3] are three to an octave. @default {[0, 1 / 3, 2 / 3]} */
  readonly octaves?: readonly number[];
}

/** The boxes that a detector starts from. */
export interface Anchors {
  /** In fractions of the image, level by level, row by row, position by position; at each, aspect by aspect and size by size. */
  readonly boxes: Boxes;
  /** How many each level has, finest first. */
  readonly levels: readonly number[];
  readonly count: number;
}

export const DEFAULT_ASPECTS: readonly number[] = [0.5, 1, 2];
export const DEFAULT_OCTAVES: readonly number[] = [0, 1 / 3, 2 / 3];

/**
 * Boxes of several sizes and aspects at every position of every level of a feature pyramid. As in torchvision, sizes are cut and corners rounded to whole pixels,
 * and an anchor's centre is the top left corner of its cell.
 *
 * @param options Image, grids, sizes and aspects.
 * @returns The anchors.
 * @throws {RangeError} If a size, an aspect or a grid is not positive, or there are more than 10 million anchors.
 *
 * @example
 * ```ts
 * const { boxes, count } = createAnchors({ imageSize: [512, 512], grids: [[64, 64], [32, 32], [16, 16], [8, 8], [4, 4]] });
 * ```
 *
 * @see Lin et al. 2017, Focal Loss for Dense Object Detection, section 4; torchvision `AnchorGenerator`
 */
export function createAnchors({ imageSize: [height, width], grids, baseSize = 32, aspects = DEFAULT_ASPECTS, octaves = DEFAULT_OCTAVES }: AnchorOptions): Anchors {
  for (const [name, values] of Object.entries({ 'image size': [height, width], 'base size': [baseSize], aspect: aspects, grid: grids.flat() })) {
    const wrong = values.find((value) => !(value > 0 && value < Infinity));
    if (wrong !== undefined || values.length === 0) throw new RangeError(`Cannot create anchors as every ${name} must be above 0: current value is ${wrong ?? 'none'}`);
  }
  const perCell = aspects.length * octaves.length;
  const levels = grids.map(([rows, columns]) => rows * columns * perCell);
  const count = levels.reduce((sum, level) => sum + level, 0);
  if (!(count <= 1e7)) throw new RangeError(`Cannot create anchors as there must be no more than 10 million: current number is ${count}`);
  const boxes = new Float32Array(4 * count);
  let at = 0;
  for (const [level, [rows, columns]] of grids.entries()) {
    const cell = cellAnchors(baseSize * 2 ** level, aspects, octaves);
    const strides = [Math.floor(height / rows), Math.floor(width / columns)] as const;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const [y, x] = [row * strides[0], column * strides[1]];
        for (const [halfHeight, halfWidth] of cell) {
          boxes[at++] = (y - halfHeight) / height;
          boxes[at++] = (x - halfWidth) / width;
          boxes[at++] = (y + halfHeight) / height;
          boxes[at++] = (x + halfWidth) / width;
        }
      }
    }
  }
  return { boxes, levels, count };
}
