import type { Acquisition } from './drawAcquisition.ts';
import { paintTube, type TubePoint } from './paintTube.ts';
import { mapX, mapY, type Projector } from './projector.ts';

const HEIGHT = 1.5;
const LEAD = 14; // what a centimetre of it counts against bone, as far as the display can tell

/** Lays the radiographer's lead letter L beside the patient's left shoulder. */
export function paintMarker(bone: Float32Array, projector: Projector, marker: Acquisition['marker']): void {
  if (!marker) return;
  const plane = projector.plane(0);
  const point = (right: number, down: number): TubePoint => {
    const u = marker[0] * projector.size + right / projector.pitch;
    const v = marker[1] * projector.size + down / projector.pitch;
    return [mapX(plane, u, v), mapY(plane, u, v), 0, 0.13];
  };
  paintTube(bone, projector, [point(0, -HEIGHT / 2), point(0, HEIGHT / 2), point(0.6 * HEIGHT, HEIGHT / 2)], LEAD);
}
