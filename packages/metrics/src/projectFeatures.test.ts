import { createRng } from '@cxr-ifa/tensor';
import { describe, expect, it } from 'vitest';
import { projectFeatures } from './projectFeatures.ts';

/** Images in three directions of the space, with a little noise and any length. */
function clusters(each: number, dimension: number) {
  const rng = createRng(1);
  const data = Float32Array.from({ length: 3 * each * dimension }, (_, i) => {
    const [image, axis] = [Math.floor(i / dimension), i % dimension];
    return (1 + (image % 5)) * ((image % 3 === axis ? 1 : 0) + 0.05 * rng.normal());
  });
  return { data, count: 3 * each, dimension };
}
const distance = ([a, b]: readonly [number, number], [c, d]: readonly [number, number]): number => Math.hypot(a - c, b - d);

describe.each([['PCA', 4], ['UMAP', 30]] as const)('projectFeatures by %s', (method, each) => {
  const features = clusters(each, 8);
  const projection = projectFeatures(features, createRng(7));

  it('puts the images of one direction together and those of others apart, whatever their length', () => {
    expect(projection.method).toBe(method);
    expect(projection.points).toHaveLength(3 * each);
    projection.points.forEach((point, image) => {
      const nearest = projection.points.map((other, index) => ({ index, far: index === image ? Infinity : distance(point, other) })).reduce((a, b) => (b.far < a.far ? b : a));
      expect(nearest.index % 3).toBe(image % 3);
    });
  });

  it('draws the same map of the same seed', () => {
    expect(projectFeatures(features, createRng(7))).toEqual(projection);
  });
});

describe('projectFeatures of features without variance', () => {
  it('puts all images in one place, and of one dimension on a line', () => {
    expect(projectFeatures({ data: new Float32Array(12), count: 4, dimension: 3 }, createRng(1)).points).toEqual([[0, 0], [0, 0], [0, 0], [0, 0]]);
    const { points } = projectFeatures({ data: Float32Array.of(1, -1, 2), count: 3, dimension: 1 }, createRng(1));
    expect(points.map(([, y]) => y)).toEqual([0, 0, 0]);
    expect(Math.abs((points[0] as [number, number])[0] - (points[1] as [number, number])[0])).toBeCloseTo(2, 6);
  });

  it('survives a map of one point by UMAP', () => {
    const { points } = projectFeatures({ data: new Float32Array(60 * 2).fill(1), count: 60, dimension: 2 }, createRng(1));
    expect(points.flat().every(Number.isFinite)).toBe(true);
  });
});
