/** A point of a canvas. */
export type Place = readonly [x: number, y: number];

const MARGIN = 22;

/** Spreads points over a canvas, one scale for both axes: distances stay what they are. */
export function mapPlaces(points: readonly Place[], width: number, height: number): Place[] {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = Math.min((width - 2 * MARGIN) / (right - left || 1), (height - 2 * MARGIN) / (bottom - top || 1));
  return points.map(([x, y]) => [width / 2 + scale * (x - (left + right) / 2), height / 2 + scale * (y - (top + bottom) / 2)]);
}

/** The point nearest to a place, within a radius. */
export function nearestPlace(places: readonly Place[], [x, y]: Place, radius: number): number | undefined {
  let [best, least] = [-1, radius];
  for (const [index, [px, py]] of places.entries()) {
    const distance = Math.hypot(px - x, py - y);
    if (distance < least) [best, least] = [index, distance];
  }
  return best < 0 ? undefined : best;
}
