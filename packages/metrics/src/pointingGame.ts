import { assertMap, type MapPlane } from './mapPlane.ts';

/**
 * The pointing game: whether the highest point of a map lies on the finding. The mean over images is the share of hits; chance is the mean share of
 * the area that the masks take, which a map without a highest point scores itself: of several highest pixels each counts for its part, so that
 * an empty map neither hits nor misses.
 *
 * @param map The map.
 * @param mask 1 where the finding is, in the map's size; of boxes, {@link boxMask} makes one.
 * @param options `tolerance`: a highest point counts as a hit up to this many pixels from the mask. @default {0}; the paper takes 15 of ImageNet's photographs
 * @returns From 0, a miss, to 1, a hit.
 * @throws {TypeError} If the sizes do not fit.
 * @throws {RangeError} If the map is negative or not finite, the mask is not of 0 and 1, or the tolerance is negative.
 *
 * @example
 * ```ts
 * const hits = maps.map((map, image) => pointingGame(map, masks[image]));
 * ```
 * @see Zhang et al. 2018, Top-Down Neural Attention by Excitation Backprop, section 5.1
 */
export function pointingGame(map: MapPlane, mask: ArrayLike<number>, { tolerance = 0 }: { readonly tolerance?: number } = {}): number {
  assertMap('play the pointing game', map, mask);
  if (!(tolerance >= 0 && tolerance < Infinity)) throw new RangeError(`Cannot play the pointing game as tolerance must be finite and not negative: current value is ${tolerance}`);
  const { data, width, height } = map;
  const reach = Math.floor(tolerance);
  const isNear = (x: number, y: number): boolean => {
    for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++) {
      for (let u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u++) {
        if (mask[v * width + u] === 1 && (u - x) ** 2 + (v - y) ** 2 <= tolerance ** 2) return true;
      }
    }
    return false;
  };
  let highest = -Infinity;
  for (let pixel = 0; pixel < data.length; pixel++) highest = Math.max(highest, data[pixel] as number);
  let [hits, points] = [0, 0];
  for (let pixel = 0; pixel < data.length; pixel++) {
    if (data[pixel] !== highest) continue;
    points++;
    if (isNear(pixel % width, Math.floor(pixel / width))) hits++;
  }
  return hits / points;
}
