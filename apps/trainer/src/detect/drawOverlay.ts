import type { GrayImage } from '@cxr-ifa/tensor';
import { clipPercentile, resize } from '@cxr-ifa/transforms';
import { encode } from 'fast-png';
import type { Box } from '@cxr-ifa/tensor';

/** A box to draw: full lines for what was found, dashes for what is there. */
export interface DrawnBox {
  readonly box: Box;
  readonly colour: readonly [red: number, green: number, blue: number];
  readonly dashed?: boolean;
}

/** Colours that are told apart on grey, also by the colour-blind (Okabe and Ito 2008). */
export const BOX_COLOURS: readonly (readonly [number, number, number])[] = [[230, 159, 0], [86, 180, 233], [0, 158, 115], [240, 228, 66], [213, 94, 0], [204, 121, 167]];

/** Smaller images are enlarged, so that a line does not hide what it surrounds. */
const LEAST_SIDE = 384;

/** A radiograph with boxes over it, as an 8-bit RGB PNG of its own size, or of a multiple where that is small. */
export function drawOverlay(image: GrayImage, boxes: readonly DrawnBox[]): Uint8Array {
  const scale = Math.ceil(LEAST_SIDE / Math.min(image.width, image.height));
  const { data, width, height } = resize(clipPercentile(image, [0, 99.5]), scale * image.width, scale * image.height);
  const rgb = new Uint8Array(3 * width * height);
  for (let i = 0; i < data.length; i++) rgb.fill(Math.round(255 * Math.min(1, Math.max(0, data[i] as number))), 3 * i, 3 * i + 3);
  const stroke = Math.max(1, Math.round(Math.min(width, height) / 256));
  const dash = 6 * stroke;
  for (const { box, colour, dashed = false } of boxes) {
    const [x, y, boxWidth, boxHeight] = box.map((value) => scale * value) as [number, number, number, number];
    const [left, top] = [Math.round(x), Math.round(y)];
    const [right, bottom] = [Math.round(x + boxWidth), Math.round(y + boxHeight)];
    const dot = (column: number, row: number, along: number): void => {
      if (column < 0 || row < 0 || column >= width || row >= height || (dashed && Math.floor(along / dash) % 2 === 1)) return;
      rgb.set(colour, 3 * (row * width + column));
    };
    for (let line = 0; line < stroke; line++) {
      for (let column = left; column < right; column++) for (const row of [top + line, bottom - 1 - line]) dot(column, row, column - left);
      for (let row = top; row < bottom; row++) for (const column of [left + line, right - 1 - line]) dot(column, row, row - top);
    }
  }
  return encode({ width, height, data: rgb, channels: 3, depth: 8 });
}
