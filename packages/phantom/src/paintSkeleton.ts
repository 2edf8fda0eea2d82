import type { Arm } from './createBody.ts';
import type { Thorax } from './createThorax.ts';
import { curveAt } from './curve.ts';
import type { PhantomAnatomy } from './drawAnatomy.ts';
import { paintTube, type TubePoint } from './paintTube.ts';
import type { Projector } from './projector.ts';

const SPINE_DEPTH = -6.5;

/** Paints spine, clavicles, shoulder blades and upper arms. */
export function paintSkeleton(bone: Float32Array, projector: Projector, anatomy: PhantomAnatomy, thorax: Thorax, arm: Arm): void {
  const tube = (path: readonly TubePoint[], density: number): void => paintTube(bone, projector, path, density);
  for (let level = -5; level < 17; level++) paintVertebra(tube, anatomy, level);
  for (const side of [-1, 1] as const) {
    paintClavicle(tube, anatomy, side);
    paintScapula(tube, thorax, arm, side);
    paintHumerus(tube, arm, side);
  }
}

type Tube = (path: readonly TubePoint[], density: number) => void;

/** A body with its end plates, two pedicles seen end-on, the transverse processes and the spinous process. */
function paintVertebra(tube: Tube, anatomy: PhantomAnatomy, level: number): void {
  const grow = 1 + 0.022 * level;
  const y = -0.4 + anatomy.rib.spacing * level * (level < 0 ? 0.72 : 0.98);
  const centre = anatomy.sway * Math.sin(0.35 * level);
  const wide = (level < 0 ? 1.15 : 1.45) * grow;
  const high = (level < 0 ? 0.62 : 0.86) * grow;
  const across = (offset: number, half: number, radius: number): TubePoint[] => [
    [centre - half, y + offset, SPINE_DEPTH, radius],
    [centre + half, y + offset, SPINE_DEPTH, radius],
  ];
  for (const offset of [-0.5, 0, 0.5]) tube(across(offset * high, wide - 0.35, 0.5), 0.3);
  tube(across(-high, wide, 0.13), 1.3);
  tube(across(high, wide, 0.13), 1.3);
  for (const side of [-1, 1]) {
    tube([[centre + side * wide, y - high, SPINE_DEPTH, 0.12], [centre + side * (wide - 0.12), y, SPINE_DEPTH, 0.12], [centre + side * wide, y + high, SPINE_DEPTH, 0.12]], 1);
    const ring = Array.from({ length: 9 }, (_, index): TubePoint => {
      const angle = (index / 8) * 2 * Math.PI;
      return [centre + side * 0.72 * wide + 0.28 * Math.cos(angle), y - 0.25 * high + 0.42 * Math.sin(angle), SPINE_DEPTH - 1.5, 0.1];
    });
    tube(ring, 1.5);
    if (level >= 0) tube([[centre + side * wide, y - 0.2, SPINE_DEPTH - 2, 0.4], [centre + side * (wide + 1.5), y - 0.5, SPINE_DEPTH - 2.6, 0.36]], 0.4);
  }
  tube([[centre, y + 0.1, SPINE_DEPTH - 2, 0.22], [centre + 0.1, y + 1.5, SPINE_DEPTH - 4, 0.26]], 0.9);
}

/** An S-shaped shaft, hollow: its rims show brighter than its middle. */
function paintClavicle(tube: Tube, anatomy: PhantomAnatomy, side: -1 | 1): void {
  const reach = anatomy.shoulder - 4.2;
  const axis = (thin: number): TubePoint[] =>
    Array.from({ length: 22 }, (_, index) => {
      const t = index / 21;
      const x = 1.9 + t * (reach - 1.9);
      const y = 4.3 - (anatomy.clavicle + 1.4) * t ** 0.9 + 0.55 * Math.sin(2 * Math.PI * t);
      const radius = 0.62 + 0.35 * (1 - Math.min(1, 5 * t)) + 0.2 * t * t;
      return [side * x, y, 7 - 7 * t, radius * thin];
    });
  tube(axis(1), 0.75);
  tube(axis(0.72), -0.62);
}

/** A thin plate with dense borders, its spine, the acromion and the socket. */
function paintScapula(tube: Tube, thorax: Thorax, arm: Arm, side: -1 | 1): void {
  const z = -5;
  const [armX, armY] = arm.shoulder;
  const inner = curveAt(thorax.lateral, 4) * 0.92;
  const tipX = thorax.halfWidth * 0.98;
  const tipY = armY + 11;
  const point = (x: number, y: number, radius: number): TubePoint => [side * x, y, z, radius];
  const upper = [inner, armY - 1.8] as const;
  const socket = [armX - 1.9, armY + 0.6] as const;
  for (let step = 0; step < 12; step++) {
    const t = (step + 0.5) / 12;
    tube([point(upper[0] + t * (tipX - upper[0]), upper[1] + t * (tipY - upper[1]), 1), point(socket[0] + t * (tipX - socket[0]), socket[1] + t * (tipY - socket[1]), 1)], 0.075);
  }
  tube([point(upper[0], upper[1], 0.15), point(inner + 0.35, armY + 4, 0.17), point(tipX - 0.4, tipY - 0.6, 0.25), point(tipX, tipY, 0.3)], 0.55);
  tube([point(tipX, tipY, 0.3), point((tipX + socket[0]) / 2 + 0.5, (tipY + socket[1]) / 2, 0.26), point(socket[0] - 0.1, socket[1] + 0.8, 0.36)], 0.75);
  tube([point(socket[0], socket[1] - 1.7, 0.2), point(socket[0] - 0.25, socket[1], 0.22), point(socket[0], socket[1] + 1.6, 0.2)], 1.5);
  tube([point(inner + 0.2, armY + 0.4, 0.22), point(inner + 0.5 * (socket[0] - inner), armY - 1.3, 0.3), point(armX - 0.8, armY - 3.2, 0.5), point(armX + 1, armY - 3.1, 0.55)], 0.4);
  tube([point(upper[0], upper[1], 0.14), point(socket[0] - 1.6, upper[1] + 0.3, 0.16), point(socket[0] - 1.2, armY - 1.2, 0.5)], 0.6);
}

/** Head and hollow shaft. */
function paintHumerus(tube: Tube, arm: Arm, side: -1 | 1): void {
  const [x0, y0] = arm.shoulder;
  const [x1, y1] = arm.elbow;
  const axis = (thin: number, from: number): TubePoint[] =>
    [from, 0.16, 0.3, 0.6, 1].map((t) => [side * (x0 + 0.2 + t * (x1 - x0)), y0 - 0.3 + t * (y1 - y0), -2, thin * (1.15 + 1.1 * Math.max(0, 0.14 - t))]);
  tube([[side * (x0 - 0.2), y0 - 0.6, -2, 2], [side * (x0 + 0.4), y0 + 0.6, -2, 1.9]], 0.2);
  tube(axis(1, 0.02), 0.62);
  tube(axis(0.66, 0.05), -0.5);
}
