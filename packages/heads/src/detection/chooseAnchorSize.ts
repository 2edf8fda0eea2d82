import type { Boxes } from './boxes.ts';
import { cellAnchors } from './cellAnchors.ts';
import { DEFAULT_ASPECTS, DEFAULT_OCTAVES } from './createAnchors.ts';
import { requireBoxes } from './requireBoxes.ts';

/** How well anchors of some size fit boxes. */
export interface AnchorFit {
  /** The side of the finest level's smallest anchor, in pixels. */
  readonly anchorSize: number;
  /** The mean over boxes of the overlap (IoU) with the best anchor where anchors are: what a detector starts from. */
  readonly meanOverlap: number;
  /** The share of boxes for which that is at least 0.5, so that more than one anchor may learn to find them. */
  readonly covered: number;
}

/** Options of {@link chooseAnchorSize}. */
export interface ChooseAnchorSizeOptions {
  /** Height and width of the images the detector sees, in pixels. */
  readonly imageSize: readonly [height: number, width: number];
  /** The pixels from one anchor to the next at each level of the pyramid, finest first; anchors double in size from level to level. @default {[8, 16, 32, 64, 128]} */
  readonly strides?: readonly number[];
  /** The sizes to choose from. @default {4, 8, 16 and 32} */
  readonly sizes?: readonly number[];
  readonly aspects?: readonly number[];
  readonly octaves?: readonly number[];
}

/**
 * Chooses the anchors' size by the boxes of the training images: RetinaNet's 32 to 512 pixels are made for photographs of 800 pixels, and no nodule of ten pixels overlaps any of them.
 * It looks at where anchors lie, not at their shapes alone: small anchors far apart have the right shape for many boxes, and touch few of them.
 *
 * @param boxes Boxes of the training images, [n * 4].
 * @param options The images' size, the levels, and what to choose from.
 * @returns The size that covers most boxes, of equal ones that with the best mean overlap, then the largest; without boxes the largest size, and overlaps of 0.
 * @throws {RangeError} If a box has no area, is not finite or lies outside the image.
 *
 * @example
 * ```ts
 * const { anchorSize, covered } = chooseAnchorSize(boxes, { imageSize: [128, 128], strides: [4, 8, 16, 32, 64] });
 * ```
 */
export function chooseAnchorSize(boxes: Boxes, { imageSize: [height, width], strides = [8, 16, 32, 64, 128], sizes = [4, 8, 16, 32], aspects = DEFAULT_ASPECTS, octaves = DEFAULT_OCTAVES }: ChooseAnchorSizeOptions): AnchorFit {
  requireBoxes('choose anchors', boxes, { inImage: true });
  const fits = [...sizes].sort((a, b) => b - a).map((anchorSize): AnchorFit => {
    const levels = strides.map((stride, level) => ({ stride, cell: cellAnchors(anchorSize * 2 ** level, aspects, octaves) }));
    const overlaps = Array.from({ length: boxes.length / 4 }, (_, i) => {
      const [top, left, bottom, right] = boxes.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
      return Math.max(...levels.map(({ stride, cell }) => bestOverlap([top * height, bottom * height], [left * width, right * width], [height, width], stride, cell)));
    });
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
    return { anchorSize, meanOverlap: mean(overlaps), covered: mean(overlaps.map((overlap) => (overlap >= 0.5 ? 1 : 0))) };
  });
  const isBetter = (a: AnchorFit, b: AnchorFit): boolean => a.covered > b.covered || (a.covered === b.covered && a.meanOverlap > b.meanOverlap);
  return fits.reduce((best, fit) => (isBetter(fit, best) ? fit : best));
}

type Segment = readonly [low: number, high: number];

/** The best overlap at one level: of anchors of one shape it is that of the nearest, on each axis for itself. */
function bestOverlap(rows: Segment, columns: Segment, [height, width]: readonly [number, number], stride: number, cell: readonly (readonly [number, number])[]): number {
  const [y, x] = [nearest(rows, height, stride), nearest(columns, width, stride)];
  const area = (rows[1] - rows[0]) * (columns[1] - columns[0]);
  return Math.max(
    ...cell.map(([halfHeight, halfWidth]) => {
      const intersection = shared(rows, y, halfHeight) * shared(columns, x, halfWidth);
      return intersection / (area + 4 * halfHeight * halfWidth - intersection);
    }),
  );
}

/** The centre of the anchors that is nearest to a segment's: they begin at 0. */
function nearest([low, high]: Segment, length: number, stride: number): number {
  return stride * Math.min(Math.ceil(length / stride) - 1, Math.round((low + high) / 2 / stride));
}

function shared([low, high]: Segment, centre: number, half: number): number {
  return Math.max(0, Math.min(high, centre + half) - Math.max(low, centre - half));
}
