import type { Thorax } from './createThorax.ts';
import { createCurve, curveAt } from './curve.ts';
import type { Acquisition } from './drawAcquisition.ts';
import type { PhantomAnatomy } from './drawAnatomy.ts';

/** Joints of the arm that hangs on the image's right, in the body's frame; the other is its mirror image. */
export interface Arm {
  readonly shoulder: readonly [x: number, y: number];
  readonly elbow: readonly [x: number, y: number];
}

/** Where the arms hang. */
export function placeArm(anatomy: PhantomAnatomy, acquisition: Pick<Acquisition, 'arms'>): Arm {
  const shoulder = [anatomy.shoulder - 3.2, 3.4] as const;
  return { shoulder, elbow: [shoulder[0] + 30 * Math.sin(acquisition.arms), shoulder[1] + 30 * Math.cos(acquisition.arms)] };
}

/** Path length through the body's soft tissue, the air inside it not yet taken away: trunk, neck, shoulders and arms, in the frontal plane. */
export function createBody(anatomy: PhantomAnatomy, thorax: Thorax, arm: Arm): (x: number, y: number) => number {
  const [startX, startY] = arm.shoulder;
  const alongX = arm.elbow[0] - startX;
  const alongY = arm.elbow[1] - startY;
  const lengthSquared = alongX * alongX + alongY * alongY;
  const profile = createCurve(0, 1, 1 / 512, (t) => (1 - Math.min(1, t) ** 2.4) ** 0.55);
  const thick = 3.6 + 0.32 * anatomy.wall;
  return (x, y) => {
    const distance = Math.abs(x);
    const edge = curveAt(thorax.body, y);
    let trunk = 0;
    if (distance < edge) {
      const t = distance / edge;
      trunk = 2 * curveAt(thorax.bodyDepth, y) * curveAt(profile, t);
    }
    if (distance < startX - 6) return trunk;
    const share = Math.max(0, Math.min(1, ((distance - startX) * alongX + (y - startY) * alongY) / lengthSquared));
    const off = (distance - startX - share * alongX) ** 2 + (y - startY - share * alongY) ** 2;
    const radius = thick * (1.06 - 0.25 * share);
    const limb = off < radius * radius ? 2 * Math.sqrt(radius * radius - off) : 0;
    // The arm grows out of the shoulder: where both are, the longer path holds, rounded so that no crease shows
    return limb > 0 && trunk > 0 ? Math.sqrt(Math.hypot(limb * limb, trunk * trunk)) : limb + trunk;
  };
}

/** Path length through the breasts, in the plane of the front wall: sharp below, running out above. */
export function createBreasts(anatomy: PhantomAnatomy, thorax: Thorax): (x: number, y: number) => number {
  const { breast } = anatomy;
  const radius = 4.2 + 2.6 * breast;
  const centreX = 0.7 * thorax.halfWidth;
  const centreY = 0.72 * thorax.lungLength + 2.5 * breast;
  const depth = 5.2 * breast;
  return (x, y) => {
    const dx = (Math.abs(x) - centreX) / (radius * 1.08);
    const dy = (y - centreY) / (y < centreY ? 1.9 * radius : radius);
    const q = dx * dx + dy * dy;
    return q < 1 ? depth * Math.sqrt(1 - q) * (dy < 0 ? 1 + dy : 1) : 0;
  };
}
