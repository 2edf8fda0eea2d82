import { createBody, createBreasts, type Arm } from './createBody.ts';
import { createHeart, HEART_DEPTH } from './createHeart.ts';
import type { LesionFields } from './createLesionFields.ts';
import { createMediastinum } from './createMediastinum.ts';
import { cavityDepth, type Thorax } from './createThorax.ts';
import { curveAt } from './curve.ts';
import type { Acquisition } from './drawAcquisition.ts';
import type { PhantomAnatomy } from './drawAnatomy.ts';
import type { PhantomFinding } from './phantomFindings.ts';
import type { AffineMap, Projector } from './projector.ts';

/** What the beam meets on its way to each pixel, in centimetres of path. */
export interface Layers {
  /** Soft tissue as if the body held no air. */
  readonly tissue: Float32Array;
  /** Air in lungs, airways and bowel: it takes the place of tissue. */
  readonly air: Float32Array;
  /** Aerated lung in which vessels can be seen, tissue and air together. */
  readonly lung: Float32Array;
  /** Vessels and nodules: soft tissue in the place of air. */
  readonly vessels: Float32Array;
  /** Mineral. */
  readonly bone: Float32Array;
  /** One entry for each single finding: where it is, 0 or 1. */
  readonly regions: { readonly finding: PhantomFinding; readonly coverage: Float32Array }[];
}

/** A gap narrower than this many centimetres is no part of a pneumothorax's mask: no reader would draw it. */
const VISIBLE_GAP = 0.6;
const BREAST_DEPTH = 9;
const GAS_DEPTH = 3;

/** Traces the large shapes ray by ray: body, lungs, mediastinum, heart, and the findings that fill a region of lung. */
export function tracePaths(
  projector: Projector,
  acquisition: Acquisition,
  anatomy: PhantomAnatomy,
  thorax: Thorax,
  arm: Arm,
  heartScale: number,
  fields: LesionFields,
  noise: (x: number, y: number) => number,
): Layers {
  const { size } = projector;
  const layer = (): Float32Array => new Float32Array(size * size);
  const layers: Layers = { tissue: layer(), air: layer(), lung: layer(), vessels: layer(), bone: layer(), regions: [] };
  const region = (finding: PhantomFinding): Float32Array => {
    const coverage = layer();
    layers.regions.push({ finding, coverage });
    return coverage;
  };
  const effusions = fields.effusions.map((share) => ({ share, coverage: region('effusion') }));
  const consolidations = fields.consolidations.map(({ share, peak }) => ({ share, peak, coverage: region('consolidation') }));
  const pneumothoraces = fields.pneumothoraces.map((gap) => ({ gap, coverage: region('pneumothorax') }));
  const enlarged = heartScale > 1 ? region('cardiomegaly') : undefined;

  const body = createBody(anatomy, thorax, arm);
  const breasts = createBreasts(anatomy, thorax);
  const mediastinum = createMediastinum(thorax);
  const heart = createHeart(anatomy, acquisition.inspiration, heartScale);
  const stomach = createStomach(anatomy, thorax);
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
      const heartX = mapX(heartPlane, u, v);
      const heartY = mapY(heartPlane, u, v);
      const inHeart = heart.inside(heartX, heartY);
      if (enlarged && inHeart > 0 && y < curveAt(thorax.dome[x < 0 ? 0 : 1], Math.abs(x)) + 0.6) enlarged[index] = 1;
      const gas = stomach(mapX(gasPlane, u, v), mapY(gasPlane, u, v));
      layers.air[index] = gas;
      const cavity = cavityDepth(thorax, x, y);
      if (cavity === 0) continue;
      const lung = cavity - mediastinum(x, y) - heart.thickness * Math.sqrt(Math.max(0, inHeart, heart.waist(heartX, heartY)));
      if (lung <= 0) continue;

      let aerated = lung;
      for (const { share, coverage } of effusions) {
        const fluid = aerated * share(x, y);
        aerated -= fluid;
        if (fluid > 1.5) coverage[index] = 1;
      }
      let collapsed = false;
      for (const { gap, coverage } of pneumothoraces) {
        const wide = gap(x, y);
        if (wide === 0) continue;
        collapsed = true;
        if (wide > VISIBLE_GAP && lung > 0.4) coverage[index] = 1;
      }
      if (collapsed) {
        layers.air[index] = gas + aerated; // free air: no tissue and no vessels in it
        continue;
      }
      for (const { share, peak, coverage } of consolidations) {
        const filled = share(x, y);
        if (filled > 0.5 * peak && aerated > 2) coverage[index] = 1;
        aerated *= 1 - filled;
      }
      layers.lung[index] = aerated;
      layers.air[index] = gas + aerated * (1 - anatomy.lungDensity * texture(x, y, thorax.lungLength, noise, projector.pitch));
    }
  }
  return layers;
}

/** Density of the parenchyma relative to its mean: blood sinks to the bases, and the fine structure is uneven. */
function texture(x: number, y: number, lungLength: number, noise: (x: number, y: number) => number, pitch: number): number {
  const gravity = 0.82 + (0.36 * y) / lungLength;
  const finest = pitch < 0.2 ? 0.1 * noise(4.3 * x + 31, 4.3 * y) : 0; // finer than pixels of this size can show
  return gravity * (1 + 0.16 * noise(0.21 * x, 0.21 * y) + 0.08 * noise(0.8 * x + 7, 0.8 * y) + 0.08 * noise(2.1 * x, 2.1 * y + 19) + finest);
}

/** Gas under the left dome with a level of fluid below it; absent in many patients. */
function createStomach(anatomy: PhantomAnatomy, thorax: Thorax): (x: number, y: number) => number {
  if (anatomy.gas <= 0) return () => 0;
  const wide = 1.6 + 1.6 * anatomy.gas;
  const high = 1.3 + 1.5 * anatomy.gas;
  const x0 = 0.5 * thorax.halfWidth;
  const y0 = curveAt(thorax.dome[1], x0) + 1.2 + high;
  return (x, y) => {
    const q = ((x - x0) / wide) ** 2 + ((y - y0) / high) ** 2;
    const level = Math.max(0, Math.min(1, (y0 + 0.35 * high - y) / 0.25));
    return q < 1 ? 2.2 * high * Math.sqrt(1 - q) * level : 0;
  };
}

function mapX(map: AffineMap, u: number, v: number): number {
  return map[0] * u + map[1] * v + map[2];
}

function mapY(map: AffineMap, u: number, v: number): number {
  return map[3] * u + map[4] * v + map[5];
}
