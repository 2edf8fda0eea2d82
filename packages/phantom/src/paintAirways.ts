import type { PhantomAnatomy } from './drawAnatomy.ts';
import { paintTube } from './paintTube.ts';
import type { Projector } from './projector.ts';

/** Hollows out trachea and main bronchi, and some bowel. */
export function paintAirways(air: Float32Array, projector: Projector, anatomy: PhantomAnatomy): void {
  const carina = 0.34 * anatomy.lungLength;
  const z = -2;
  paintTube(air, projector, [[anatomy.sway * 0.5, -12, z + 3, 0.85], [0, -2, z + 1, 0.85], [-0.35, carina - 3, z, 0.85], [-0.2, carina, z, 0.95]], 1);
  paintTube(air, projector, [[-0.3, carina, z, 0.7], [-1.6, carina + 1.7, z, 0.65], [-3, carina + 2.9, z, 0.5]], 0.85);
  paintTube(air, projector, [[0, carina, z, 0.65], [1.8, carina + 1.6, z, 0.55], [3.6, carina + 2.4, z, 0.45]], 0.85);
}
