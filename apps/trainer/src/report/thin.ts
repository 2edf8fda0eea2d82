type Point = readonly [x: number, y: number];

/**
 * Thins a long curve to at most `most` points by averaging runs of neighbours of equal length, so that a long run's page stays small.
 * Averages rather than every n-th point: a picked point would show one batch's luck.
 */
export function thin(points: readonly Point[], most: number): Point[] {
  if (points.length <= most) return [...points];
  const size = Math.ceil(points.length / most);
  const result: Point[] = [];
  for (let start = 0; start < points.length; start += size) {
    const run = points.slice(start, start + size);
    const mean = (axis: 0 | 1): number => run.reduce((sum, point) => sum + point[axis], 0) / run.length;
    result.push([mean(0), mean(1)]);
  }
  return result;
}
