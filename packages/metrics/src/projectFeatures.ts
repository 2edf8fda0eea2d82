import type { Rng } from '@cxr-ifa/tensor';
import { Matrix, SVD } from 'ml-matrix';
import { UMAP } from 'umap-js';
import type { FeatureRows } from './featureRows.ts';

/** Features as points of a plane. */
export interface Projection {
  readonly method: 'UMAP' | 'PCA';
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** UMAP draws a graph of neighbours: of fewer images than this nearly all would be neighbours of all. */
const FEWEST_FOR_UMAP = 50;
const NEIGHBOURS = 15;

/**
 * Lays features out in a plane so that images that are alike by cosine lie together: by UMAP, or along the first two principal components where there are few.
 *
 * @param features Feature vectors; borrowed.
 * @param rng Where UMAP's random numbers come from: one seed, one map.
 * @returns A point an image, in an arbitrary scale, and how they were found. Of UMAP, only nearness means something.
 *
 * @example
 * ```ts
 * const { method, points } = projectFeatures(features, createRng(1));
 * ```
 * @see McInnes, Healy and Melville 2018, UMAP: Uniform Manifold Approximation and Projection for Dimension Reduction
 */
export function projectFeatures(features: FeatureRows, rng: Rng): Projection {
  const rows = unitRows(features);
  if (features.count < FEWEST_FOR_UMAP) return { method: 'PCA', points: principalComponents(rows) };
  // On unit vectors the Euclidean distance orders as the cosine does
  const umap = new UMAP({ nComponents: 2, nNeighbors: NEIGHBOURS, minDist: 0.1, random: () => rng.uniform() });
  return { method: 'UMAP', points: umap.fit(rows).map((point) => [point[0] as number, point[1] as number] as const) };
}

/** A vector of zeros stays one. */
function unitRows({ data, count, dimension }: FeatureRows): number[][] {
  return Array.from({ length: count }, (_, row) => {
    const values = Array.from({ length: dimension }, (_value, d) => data[row * dimension + d] as number);
    const length = Math.hypot(...values) || 1;
    return values.map((value) => value / length);
  });
}

function principalComponents(rows: number[][]): [number, number][] {
  const { leftSingularVectors, diagonal } = new SVD(new Matrix(rows).center('column'), { autoTranspose: true });
  const score = (row: number, component: number): number => (component < diagonal.length ? leftSingularVectors.get(row, component) * (diagonal[component] as number) : 0);
  return rows.map((_, row) => [score(row, 0), score(row, 1)]);
}
