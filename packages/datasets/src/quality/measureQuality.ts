import type { GrayImage } from '@cxr-ifa/tensor';
import quickselect from 'quickselect';
import { countMarkers } from './countMarkers.ts';
import { findContent } from './findContent.ts';

/** What can be said of one image's pixels without knowing what it shows. Shares are from 0 to 1. */
export interface ImageQuality {
  /** Of the area: rows and columns of one colour at the edges, and pixels that the file itself marks as padding. */
  readonly padding: number;
  /** Of the pixels inside: how many have the lowest value found there, and how many the highest. Many are a sign of clipping, or of collimation. */
  readonly atLowest: number;
  readonly atHighest: number;
  /** From the first to the 99th percentile inside, as a share of what the file's format can hold: little is little contrast. */
  readonly contrast: number;
  /** Small bright shapes with sharp edges on a darker ground: letters, arrows and names that were burnt in, and some electrodes. */
  readonly markers: number;
}

/**
 * Measures one image.
 *
 * @param image As it was decoded, before any clipping.
 *
 * @example
 * ```ts
 * const { padding, markers } = measureQuality(await decodeImage(bytes));
 * ```
 */
export function measureQuality(image: GrayImage): ImageQuality {
  const { values, box } = findContent(image);
  let [lowest, highest, atLowest, atHighest] = [Infinity, -Infinity, 0, 0];
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (value < lowest) [lowest, atLowest] = [value, 0];
    if (value > highest) [highest, atHighest] = [value, 0];
    if (value === lowest) atLowest++;
    if (value === highest) atHighest++;
  }
  const count = Math.max(1, values.length);
  return {
    padding: 1 - values.length / image.data.length,
    atLowest: atLowest / count,
    atHighest: atHighest / count,
    contrast: spread(values) / (image.range[1] - image.range[0]),
    markers: countMarkers(image, box),
  };
}

/** Values that are looked at for percentiles, evenly spaced: their error is far below what a verdict depends on. */
const SAMPLE = 16_384;

/** From the first to the 99th percentile. */
function spread(values: Float32Array): number {
  const step = Math.max(1, Math.floor(values.length / SAMPLE));
  const sample: number[] = [];
  for (let index = 0; sample.length < Math.floor(values.length / step); index += step) sample.push(values[index] as number);
  const at = (quantile: number): number => {
    const rank = Math.floor(quantile * (sample.length - 1));
    quickselect(sample, rank); // several times faster than to sort them all
    return sample[rank] as number;
  };
  return sample.length === 0 ? 0 : at(0.99) - at(0.01);
}
