import { assertMap, type MapPlane } from './mapPlane.ts';

/**
 * Intersection over union of a map, cut at a share of its highest value, and a finding's mask.
 *
 * @param map The map.
 * @param mask 1 where the finding is, in the map's size; of boxes, {@link boxMask} makes one.
 * @param options `share`: pixels of at least this share of the map's highest value belong to it, above 0 and up to 1. @default {0.5}
 * @returns From 0 to 1; 0 for a map that is zero everywhere, and `undefined` where the mask is empty too.
 * @throws {TypeError} If the sizes do not fit.
 * @throws {RangeError} If the map is negative or not finite, the mask is not of 0 and 1, or the share is out of range.
 *
 * @example
 * ```ts
 * const overlap = mapIou(map, boxMask(boxes, 224, 224), { share: 0.25 });
 * ```
 * @see Selvaraju et al. 2017, Grad-CAM, section 4.1 (regions above a share of the maximum)
 */
export function mapIou(map: MapPlane, mask: ArrayLike<number>, { share = 0.5 }: { readonly share?: number } = {}): number | undefined {
  assertMap('compute the IoU of a map', map, mask);
  if (!(share > 0 && share <= 1)) throw new RangeError(`Cannot compute the IoU of a map as share must be above 0 and at most 1: current value is ${share}`);
  const { data } = map;
  let highest = 0;
  for (let pixel = 0; pixel < data.length; pixel++) highest = Math.max(highest, data[pixel] as number);
  let [both, either] = [0, 0];
  for (let pixel = 0; pixel < data.length; pixel++) {
    const inMap = highest > 0 && (data[pixel] as number) >= share * highest;
    const inMask = mask[pixel] === 1;
    if (inMap && inMask) both++;
    if (inMap || inMask) either++;
  }
  return either === 0 ? undefined : both / either;
}
