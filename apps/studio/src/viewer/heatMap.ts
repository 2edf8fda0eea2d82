import type { Aspect } from '@cxr-ifa/transforms';
import { interpolateInferno } from 'd3-scale-chromatic';

/** A map over the square that an encoder saw of an image. */
export interface HeatMap {
  /** Not negative, of arbitrary scale, [size, size]. */
  readonly map: Float32Array;
  readonly size: number;
  /** How the image became that square. */
  readonly aspect: Aspect;
}

/** How strongly the highest place covers the image. */
const OPACITY = 0.6;
/** Equal steps of a value look equally large, in greyscale and to the colour-blind too. */
const COLOURS = Array.from({ length: 256 }, (_, level) => Number.parseInt(interpolateInferno(level / 255).slice(1), 16));

/** The map as a picture: the clearer and more covering, the higher. */
export function heatPicture({ map, size }: HeatMap): OffscreenCanvas {
  const picture = new OffscreenCanvas(size, size);
  const context = picture.getContext('2d') as OffscreenCanvasRenderingContext2D;
  const pixels = context.createImageData(size, size);
  const highest = map.reduce((most, value) => Math.max(most, value), 0);
  for (const [index, value] of map.entries()) {
    const heat = highest > 0 ? value / highest : 0;
    const colour = COLOURS[Math.round(255 * heat)] as number;
    pixels.data.set([colour >> 16, (colour >> 8) & 255, colour & 255, Math.round(255 * OPACITY * heat)], 4 * index);
  }
  context.putImageData(pixels, 0, 0);
  return picture;
}

/** Where the square lies over the image as it is drawn. */
export function overlayPlace(aspect: Aspect, { width, height }: { readonly width: number; readonly height: number }): { x: number; y: number; width: number; height: number } {
  if (aspect === 'stretch') return { x: 0, y: 0, width, height };
  const side = aspect === 'pad' ? Math.max(width, height) : Math.min(width, height);
  return { x: (width - side) / 2, y: (height - side) / 2, width: side, height: side };
}
