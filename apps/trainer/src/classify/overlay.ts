import type { Box } from '@cxr-ifa/tensor';
import type { ColourImage } from '../output/colourImage.ts';
import { colourOf } from '../output/colourMap.ts';

/** What is drawn over one another, all in the pixels of the square that the encoder saw. */
export interface OverlayContent {
  /** The image, from 0 to 1. */
  readonly pixels: Float32Array;
  /** The map, not negative, in the image's size. */
  readonly map: Float32Array;
  readonly size: number;
  /** Outlined on both halves. */
  readonly boxes?: readonly Box[];
}

/** How strongly the highest place of a map covers the image. */
const OPACITY = 0.65;
/** Small images are enlarged to at least this many pixels. */
const SIDE = 256;
const GAP = 8;
const OUTLINE = [80, 220, 255] as const; // not among inferno's colours

/** The image, and beside it the image under its map: the clearer and more covered, the more a place speaks for the finding. */
export function drawOverlay({ pixels, map, size, boxes = [] }: OverlayContent): ColourImage {
  const zoom = Math.max(1, Math.ceil(SIDE / size));
  const side = zoom * size;
  const width = 2 * side + GAP;
  const data = new Uint8Array(3 * width * side);
  const highest = map.reduce((most, value) => Math.max(most, value), 0);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const source = Math.floor(y / zoom) * size + Math.floor(x / zoom);
      const grey = 255 * Math.min(1, Math.max(0, pixels[source] as number));
      const heat = highest > 0 ? (map[source] as number) / highest : 0;
      data.fill(Math.round(grey), 3 * (y * width + x), 3 * (y * width + x + 1));
      const opacity = OPACITY * heat;
      data.set(colourOf(heat).map((value) => Math.round((1 - opacity) * grey + opacity * value)), 3 * (y * width + side + GAP + x));
    }
  }
  for (const box of boxes) for (const left of [0, side + GAP]) outline({ data, width, height: side }, box.map((value) => Math.round(value * zoom)) as unknown as Box, left, side);
  return { data, width, height: side };
}

function outline({ data, width, height }: ColourImage, [x, y, extent, rise]: Box, offset: number, side: number): void {
  const [left, right, top, bottom] = [Math.max(0, x), Math.min(side - 1, x + extent - 1), Math.max(0, y), Math.min(height - 1, y + rise - 1)];
  const paint = (column: number, row: number): void => data.set(OUTLINE, 3 * (row * width + offset + column));
  for (let column = left; column <= right; column++) for (const row of [top, bottom]) paint(column, row);
  for (let row = top; row <= bottom; row++) for (const column of [left, right]) paint(column, row);
}
