import type { Rng } from '@cxr-ifa/tensor';
import type { Thorax } from './createThorax.ts';
import { curveAt } from './curve.ts';
import { paintTube, type TubePoint } from './paintTube.ts';
import type { Projector } from './projector.ts';

const THINNEST = 0.07;

/** Paints the lungs' vessels: from each hilum a few trunks, each forking down to twigs, more of them towards the bases. */
export function paintVessels(vessels: Float32Array, projector: Projector, thorax: Thorax, rng: Rng, vascularity: number): void {
  for (const side of [-1, 1] as const) {
    const hilum = [side * (side < 0 ? 3.4 : 3.6), (side < 0 ? 0.43 : 0.395) * thorax.lungLength] as const;
    // Directions of the trunks, from straight outwards (0) to straight down (a quarter turn) or up
    for (const [index, direction] of [-1.15, -0.85, -0.4, 0.1, 0.5, 0.85, 1.1, 1.3].entries()) {
      const own = rng.fork(side, index);
      const radius = (index >= 5 ? 0.52 : 0.42) * own.uniform(0.85, 1.15) * Math.sqrt(vascularity);
      const y = hilum[1] + 1.6 * Math.sin(direction) + own.uniform(-0.4, 0.4);
      grow(vessels, projector, thorax, own, side, hilum[0], y, own.uniform(-2, 2), direction + own.uniform(-0.15, 0.15), radius);
    }
  }
}

/** Grows one branch and what forks off it, by Murray's law: the cubes of the daughters' radii add up to the mother's. */
function grow(vessels: Float32Array, projector: Projector, thorax: Thorax, rng: Rng, side: -1 | 1, x0: number, y0: number, z0: number, direction: number, radius: number): void {
  const pending = [{ x: x0, y: y0, z: z0, direction, rise: rng.uniform(-0.4, 0.4), radius }];
  for (let branch = pending.pop(); branch; branch = pending.pop()) {
    let { x, y, z, direction: heading, radius: thick } = branch;
    const path: TubePoint[] = [[x, y, z, thick]];
    const length = 1.1 + 5.5 * thick * rng.uniform(0.7, 1.4);
    const bend = rng.uniform(-0.22, 0.22);
    let inside = true;
    for (let step = 0; step < 3 && inside; step++) {
      heading += bend;
      x += side * (length / 3) * Math.cos(heading);
      y += (length / 3) * Math.sin(heading);
      z += (length / 3) * branch.rise;
      thick *= 0.95;
      path.push([x, y, z, thick]);
      inside = y > 0 && y < thorax.lungLength + 3 && Math.abs(x) < curveAt(thorax.lateral, y) - 0.2 && Math.abs(z) < curveAt(thorax.depth, y);
    }
    paintTube(vessels, projector, path, 1);
    if (!inside || thick < THINNEST) continue;
    const share = rng.uniform(0.3, 0.7);
    for (const [part, turn] of [[share, 1], [1 - share, -1]] as const) {
      const daughter = thick * Math.cbrt(part);
      pending.push({ x, y, z, direction: heading + turn * rng.uniform(0.2, 0.65) * (1.2 - part), rise: branch.rise * 0.5 + rng.uniform(-0.5, 0.5), radius: daughter * 0.96 });
    }
  }
}
