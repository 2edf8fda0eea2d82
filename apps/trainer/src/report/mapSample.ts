import { projectFeatures } from '@cxr-ifa/metrics';
import type { Rng } from '@cxr-ifa/tensor';
import { readCachedImage } from '../input/imageCache.ts';
import type { EncodedSample } from './encodeSample.ts';
import { PICTURE_GRID, type EmbeddingMap } from './embeddingMap.ts';
import { imageGroups } from './imageGroups.ts';

/** Lays a sample's embeddings out in a plane. */
export function mapSample(sample: EncodedSample, rng: Rng): EmbeddingMap {
  const { images, features, cache, source } = sample;
  const projection = projectFeatures(features, rng.fork('report map'));
  const { imageSize } = cache.manifest.preparation;
  const pictures = nearestToCells(projection.points).map(({ column, row, image }) => {
    const { name, index } = images[image] as (typeof images)[number];
    return { column, row, name, picture: { pixels: readCachedImage(cache.locate(index)), width: imageSize, height: imageSize } };
  });
  return { ...projection, source, groups: imageGroups(sample), pictures };
}

/** For each cell of the grid that holds a point, the point nearest to the cell's centre. */
function nearestToCells(points: EmbeddingMap['points']): { column: number; row: number; image: number }[] {
  const along = (axis: 0 | 1, cells: number): ((point: readonly [number, number]) => number) => {
    const values = points.map((point) => point[axis]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return (point) => (high > low ? ((point[axis] - low) / (high - low)) * cells : cells / 2);
  };
  const [across, up] = [along(0, PICTURE_GRID.columns), along(1, PICTURE_GRID.rows)];
  const best = new Map<string, { column: number; row: number; image: number; distance: number }>();
  points.forEach((point, image) => {
    const [x, y] = [across(point), PICTURE_GRID.rows - up(point)]; // rows go down
    const [column, row] = [Math.min(Math.floor(x), PICTURE_GRID.columns - 1), Math.min(Math.floor(y), PICTURE_GRID.rows - 1)];
    const distance = Math.hypot(x - column - 0.5, y - row - 0.5);
    const key = `${column} ${row}`;
    if (distance < (best.get(key)?.distance ?? Infinity)) best.set(key, { column, row, image, distance });
  });
  return [...best.values()].map(({ column, row, image }) => ({ column, row, image }));
}
