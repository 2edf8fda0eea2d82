import { describe, expect, it } from 'vitest';
import { mapPlaces, nearestPlace } from './mapPlaces.ts';

describe('the map', () => {
  it('fills a canvas and keeps distances in proportion', () => {
    const places = mapPlaces([[0, 0], [1, 0], [0, 2]], 144, 244);
    expect(places).toEqual([[22, 22], [122, 22], [22, 222]]);
    expect(mapPlaces([[5, 5], [5, 5]], 100, 100)).toEqual([[50, 50], [50, 50]]);
  });

  it('finds the nearest point, if any is near', () => {
    expect(nearestPlace([[0, 0], [10, 0]], [7, 0], 5)).toBe(1);
    expect(nearestPlace([[0, 0], [10, 0]], [5, 40], 5)).toBeUndefined();
  });
});
