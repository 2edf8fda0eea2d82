import { createBody, createBreasts } from './createBody.ts';
import { createHeart, HEART_DEPTH } from './createHeart.ts';
import { createLungFilling } from './createLungFilling.ts';
import { createMediastinum } from './createMediastinum.ts';
import { createStomach } from './createStomach.ts';
import { cavityDepth } from './createThorax.ts';
import { curveAt } from './curve.ts';
import type { Layers, Scene } from './layers.ts';
import { mapX, mapY } from './projector.ts';

const BREAST_DEPTH = 9;
const GAS_DEPTH = 3;

/** Traces the large shapes ray by ray: body, lungs, mediastinum, heart, and the findings that fill a region of lung. */
export function tracePaths(layers: Layers, scene: Scene): void {
  const { anatomy, acquisition, thorax, projector, lesions } = scene;
  const { size } = projector;
  const body = createBody(anatomy, thorax, scene.arm);
  const breasts = createBreasts(anatomy, thorax);
  const mediastinum = createMediastinum(thorax);
  const heart = createHeart(anatomy, acquisition.inspiration, lesions.heartScale);
  const stomach = createStomach(anatomy, thorax);
  const fillLung = createLungFilling(layers, scene);
  const enlarged = lesions.heartScale > 1 ? layers.region('cardiomegaly') : undefined;
  const middle = projector.plane(0);
  const heartPlane = projector.plane(HEART_DEPTH);
  const breastPlane = projector.plane(BREAST_DEPTH);
  const gasPlane = projector.plane(GAS_DEPTH);

  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const index = row * size + column;
      const u = column + 0.5;
      const v = row + 0.5;
      const x = mapX(middle, u, v);
      const y = mapY(middle, u, v);
      const trunk = body(x, y);
      layers.tissue[index] = trunk + breasts(mapX(breastPlane, u, v), mapY(breastPlane, u, v));
      if (trunk === 0) continue;
      layers.air[index] = stomach(mapX(gasPlane, u, v), mapY(gasPlane, u, v));
      const heartX = mapX(heartPlane, u, v);
      const heartY = mapY(heartPlane, u, v);
      const inHeart = heart.inside(heartX, heartY);
      if (enlarged && inHeart > 0 && y < curveAt(thorax.dome[x < 0 ? 0 : 1], Math.abs(x)) + 0.6) enlarged[index] = 1;
      const cavity = cavityDepth(thorax, x, y);
      if (cavity === 0) continue;
      const lung = cavity - mediastinum(x, y) - heart.thickness * Math.sqrt(Math.max(0, inHeart, heart.waist(heartX, heartY)));
      if (lung > 0) fillLung(index, x, y, lung);
    }
  }
}
