import { curveAt } from './curve.ts';
import type { Thorax } from './createThorax.ts';
import type { PhantomAnatomy } from './drawAnatomy.ts';
import { paintTube, type TubePoint } from './paintTube.ts';
import type { Projector } from './projector.ts';

const PAIRS = 11;
const POINTS = 30;

/**
 * Paints the ribs as bands that run in space from the spine backwards around the cavity to the front, where cartilage takes over
 * that no film shows. Their back and front parts cross in projection, and at the flanks, where a band runs along the beam, it is dense.
 */
export function paintRibs(bone: Float32Array, projector: Projector, anatomy: PhantomAnatomy, thorax: Thorax): void {
  const { height, spacing, density } = anatomy.rib;
  for (let rib = 0; rib < PAIRS; rib++) {
    const half = (rib === 0 ? 0.85 : 1) * 0.5 * height;
    for (const side of [-1, 1] as const) {
      const axis = ribAxis(rib, side, spacing, anatomy, thorax);
      const band = (offset: number, radius: number): TubePoint[] => axis.map(([x, y, z, thickness]) => [x, y + offset * half, z, radius * thickness]);
      for (const offset of [-0.42, 0.42]) paintTube(bone, projector, band(offset, 0.42), 0.36 * density);
      // The cortex of the lower edge is the sharper line
      paintTube(bone, projector, band(-0.92, 0.12), 0.5 * density);
      paintTube(bone, projector, band(0.95, 0.12), 0.9 * density);
    }
  }
}

/** The middle line of a rib; its angle runs from the spine (0) over the flank (a quarter turn) to the front. */
function ribAxis(rib: number, side: -1 | 1, spacing: number, anatomy: PhantomAnatomy, thorax: Thorax): TubePoint[] {
  const last = (rib < 7 ? 0.83 : rib === 7 ? 0.78 : rib === 8 ? 0.7 : rib === 9 ? 0.62 : 0.5) * Math.PI;
  const start = 0.1 + spacing * (rib < 3 ? 0.85 * rib : rib - 0.4);
  const drop = anatomy.rib.drop * (rib === 0 ? 0.42 : rib === 1 ? 0.66 : rib === 2 ? 0.85 : 1);
  return Array.from({ length: POINTS }, (_, index) => {
    const angle = (index / (POINTS - 1)) * last;
    const turned = angle / Math.PI;
    const y = start + drop * (turned ** 1.35 * 1.25 - 0.25 * Math.sin(Math.PI * Math.min(1, turned * 1.9)) * (1 - turned));
    const wide = curveAt(thorax.lateral, Math.max(0.6, y)) + 0.45;
    const x = 1.7 + (wide - 1.7) * Math.sin(angle) ** 0.86;
    const deep = curveAt(thorax.depth, Math.max(2.5, y)) + 0.4;
    // Thinner at the flanks and in front, where the marrow's share grows
    return [side * x, y, -deep * Math.cos(angle), (1 - 0.4 * Math.sin(angle) ** 4) * (turned > 0.5 ? 0.9 : 1)];
  });
}
