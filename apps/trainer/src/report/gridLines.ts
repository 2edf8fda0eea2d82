import type { Geometry, Point } from '@cxr-ifa/tensor';
import { raw, type Html } from './html.ts';

const LINES = 9;
const POINTS = 41;

/** The lines of a regular grid over the source image, as a view shows them: an SVG to lay over the view's picture. */
export function gridLines(geometry: Geometry): Html {
  const steps = (count: number): number[] => Array.from({ length: count }, (_, i) => (2 * i) / (count - 1) - 1);
  const path = (points: readonly Point[]): string => `M${geometry.toView(points).map(([x, y]) => `${x.toFixed(3)},${y.toFixed(3)}`).join('L')}`;
  const lines = steps(LINES).flatMap((place) => [path(steps(POINTS).map((along): Point => [place, along])), path(steps(POINTS).map((along): Point => [along, place]))]);
  return raw(`<svg class="grid" viewBox="-1 -1 2 2" preserveAspectRatio="none" aria-hidden="true"><path d="${lines.join('')}"/></svg>`);
}
