import { encodeGrayPng } from '../output/encodeGrayPng.ts';
import { html, type Html } from './html.ts';

/** A greyscale picture for the page, row by row. */
export interface Picture {
  /** Values from 0 (black) to 1 (white); what is beyond is cut. */
  readonly pixels: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** A picture inside the page: nothing is loaded from anywhere. */
export function pictureTag({ pixels, width, height }: Picture, description: string): Html {
  const png = encodeGrayPng(pixels.map((value) => 255 * value), width, height);
  return html`<img src="data:image/png;base64,${Buffer.from(png).toString('base64')}" width="${width}" height="${height}" alt="${description}">`;
}
