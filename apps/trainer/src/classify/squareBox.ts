import type { Box } from '@cxr-ifa/tensor';
import type { Preparation } from '../input/preparation.ts';

/** A box in a file's pixels as it lies in the square that the file's image became: where `resizeToSquare` puts it. */
export function squareBox([x, y, width, height]: Box, file: { readonly width: number; readonly height: number }, { imageSize, aspect }: Pick<Preparation, 'imageSize' | 'aspect'>): Box {
  const side = { stretch: undefined, pad: Math.max(file.width, file.height), crop: Math.min(file.width, file.height) }[aspect];
  const [across, down] = side === undefined ? [imageSize / file.width, imageSize / file.height] : [imageSize / side, imageSize / side];
  const shift = (extent: number, scale: number): number => (side === undefined ? 0 : Math.trunc((imageSize - extent * scale) / 2)); // whole pixels, as padding is
  return [x * across + shift(file.width, across), y * down + shift(file.height, down), width * across, height * down];
}
