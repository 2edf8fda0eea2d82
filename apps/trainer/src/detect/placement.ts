import type { Box } from '@cxr-ifa/tensor';
import type { Preparation } from '../input/preparation.ts';

/** A file's size in pixels. */
export interface FileSize {
  readonly width: number;
  readonly height: number;
}

/** Which part of the square that an encoder sees is the file: x = left + across * x of the file in fractions of the square, and so down. */
interface Placement {
  readonly left: number;
  readonly top: number;
  readonly across: number;
  readonly down: number;
}

/** Where `resizeToSquare` puts an image. */
function placementOf({ width, height }: FileSize, { aspect, imageSize }: Preparation): Placement {
  if (aspect === 'stretch' || width === height) return { left: 0, top: 0, across: 1 / width, down: 1 / height };
  if (aspect === 'crop') {
    const side = Math.min(width, height);
    return { left: -Math.floor((width - side) / 2) / side, top: -Math.floor((height - side) / 2) / side, across: 1 / side, down: 1 / side };
  }
  const longer = Math.max(width, height);
  const [shownWidth, shownHeight] = [width, height].map((side) => Math.max(1, Math.round((side * imageSize) / longer))) as [number, number];
  const [left, top] = [Math.floor((imageSize - shownWidth) / 2), Math.floor((imageSize - shownHeight) / 2)];
  return { left: left / imageSize, top: top / imageSize, across: shownWidth / imageSize / width, down: shownHeight / imageSize / height };
}

/**
 * A box in pixels of the file as `[yMin, xMin, yMax, xMax]` in fractions of the prepared square, cut at its edge.
 *
 * @returns `undefined` where nothing of it is left, as a crop may have it.
 */
export function toPrepared([x, y, width, height]: Box, size: FileSize, preparation: Preparation): readonly [number, number, number, number] | undefined {
  const { left, top, across, down } = placementOf(size, preparation);
  const cut = (value: number): number => Math.min(1, Math.max(0, value));
  const box = [cut(top + down * y), cut(left + across * x), cut(top + down * (y + height)), cut(left + across * (x + width))] as const;
  return box[2] - box[0] > 1e-6 && box[3] - box[1] > 1e-6 ? box : undefined;
}

/** The inverse: a box of the prepared square in pixels of the file, cut at the file's edge. */
export function toFile([yMin, xMin, yMax, xMax]: readonly [number, number, number, number], size: FileSize, preparation: Preparation): Box {
  const { left, top, across, down } = placementOf(size, preparation);
  const [x0, x1] = [xMin, xMax].map((x) => Math.min(size.width, Math.max(0, (x - left) / across))) as [number, number];
  const [y0, y1] = [yMin, yMax].map((y) => Math.min(size.height, Math.max(0, (y - top) / down))) as [number, number];
  return [x0, y0, x1 - x0, y1 - y0];
}
