import type { DicomImage } from '@cxr-ifa/datasets';
import type { GrayImage } from '@cxr-ifa/tensor';
import { percentiles } from '@cxr-ifa/transforms';

/** Of the pixels, where the file chooses no window of its own. */
const PERCENTILES = [0.5, 99.5] as const;

/** The window that an image is first shown with: the file's own, all that its VOI LUT gives, or nearly all of the pixels. */
export function firstWindow(image: GrayImage | DicomImage): readonly [low: number, high: number] {
  if ('window' in image && image.window) return image.window;
  const { data, valid, range } = image;
  if ('voi' in image && image.voi === 'LUT') return range;
  const [low, high] = percentiles(valid ? data.filter((_, index) => valid[index] === 1) : data, PERCENTILES) as [number, number];
  return high > low ? [low, high] : range;
}
