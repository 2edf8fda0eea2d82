import type { Boxes } from './boxes.ts';

/** How well anchors of some size fit boxes. */
export interface AnchorFit {
  /** The side of the finest level's smallest anchor, in pixels. */
  readonly anchorSize: number;
  /** The mean over boxes of the overlap (IoU) with the best anchor shape, both at one centre: the ceiling, whatever the positions. */
  readonly meanOverlap: number;
  /** The share of boxes for which that is at least 0.5. */
  readonly covered: number;
}

/** Options of {@link chooseAnchorSize}. */
export interface ChooseAnchorSizeOptions {
  /** Height and width of the images the detector sees, in pixels. */
  readonly imageSize: readonly [height: number, width: number];
  /** How many levels of the pyramid there are, each with anchors of twice the size. @default {5} */
  readonly levels?: number;
  /** The sizes to choose from. @default {4, 8, 16 and 32} */
  readonly sizes?: readonly number[];
  readonly aspects?: readonly number[];
  readonly octaves?: readonly number[];
}

/**
 * Chooses the anchors' size by the boxes of the training images: RetinaNet's 32 to 512 pixels are made for photographs of 800 pixels, and no nodule of ten pixels overlaps any of them.
 *
 * @param boxes Boxes of the training images, [n * 4].
 * @param options The images' size and what to choose from.
 * @returns The size with the best mean overlap, the largest of several; without boxes the largest size, and overlaps of 0.
 *
 * @example
 * ```ts
 * const { anchorSize, covered } = chooseAnchorSize(boxes, { imageSize: [128, 128] });
 * ```
 */
export function chooseAnchorSize(boxes: Boxes, { imageSize: [height, width], levels = 5, sizes = [4, 8, 16, 32], aspects = [0.5, 1, 2], octaves = [0, 1 / 3, 2 / 3] }: ChooseAnchorSizeOptions): AnchorFit {
  const fits = [...sizes].sort((a, b) => b - a).map((anchorSize): AnchorFit => {
    const shapes = Array.from({ length: levels }, (_, level) => octaves.flatMap((octave) => aspects.map((aspect) => shape(anchorSize * 2 ** (level + octave), aspect)))).flat();
    const overlaps = Array.from({ length: boxes.length / 4 }, (_, i) => {
      const box = [height * ((boxes[4 * i + 2] as number) - (boxes[4 * i] as number)), width * ((boxes[4 * i + 3] as number) - (boxes[4 * i + 1] as number))] as const;
      return Math.max(...shapes.map((anchor) => concentricOverlap(anchor, box)));
    });
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
    return { anchorSize, meanOverlap: mean(overlaps), covered: mean(overlaps.map((overlap) => (overlap >= 0.5 ? 1 : 0))) };
  });
  return fits.reduce((best, fit) => (fit.meanOverlap > best.meanOverlap ? fit : best));
}

type Shape = readonly [height: number, width: number];

function shape(size: number, aspect: number): Shape {
  return [size * Math.sqrt(aspect), size / Math.sqrt(aspect)];
}

function concentricOverlap([height, width]: Shape, [otherHeight, otherWidth]: Shape): number {
  const intersection = Math.min(height, otherHeight) * Math.min(width, otherWidth);
  return intersection / (height * width + otherHeight * otherWidth - intersection);
}
