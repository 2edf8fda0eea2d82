import { createLesionFields } from './createLesionFields.ts';
import type { Layers, Scene } from './layers.ts';

/** What a mask counts as visible, in centimetres of path or width: fluid this deep, lung left behind a consolidation, a pleural gap this wide. */
const VISIBLE_FLUID = 1.5;
const VISIBLE_LUNG = 2;
const VISIBLE_GAP = 0.6;

/**
 * Fills the lung on one ray with air, tissue, and what findings put in their place.
 *
 * @returns A function of the pixel, its place in the frontal plane and the path length through lung; it writes air, lung and the findings' regions.
 */
export function createLungFilling(layers: Layers, scene: Scene): (index: number, x: number, y: number, lung: number) => void {
  const { anatomy, thorax, noise, projector } = scene;
  const fields = createLesionFields(scene.lesions, thorax, noise);
  const effusions = fields.effusions.map((share) => ({ share, coverage: layers.region('effusion') }));
  const consolidations = fields.consolidations.map(({ share, peak }) => ({ share, peak, coverage: layers.region('consolidation') }));
  const pneumothoraces = fields.pneumothoraces.map((gap) => ({ gap, coverage: layers.region('pneumothorax') }));
  const density = createTexture(thorax.lungLength, projector.pitch, noise);

  return (index, x, y, lung) => {
    const gas = layers.air[index] as number;
    let aerated = lung;
    for (const { share, coverage } of effusions) {
      const fluid = aerated * share(x, y);
      aerated -= fluid;
      if (fluid > VISIBLE_FLUID) coverage[index] = 1;
    }
    for (const { gap, coverage } of pneumothoraces) {
      const wide = gap(x, y);
      if (wide === 0) continue;
      if (wide > VISIBLE_GAP && lung > 0.4) coverage[index] = 1;
      layers.air[index] = gas + aerated; // free air: no tissue and no vessels in it
      return;
    }
    for (const { share, peak, coverage } of consolidations) {
      const filled = share(x, y);
      if (filled > 0.5 * peak && aerated > VISIBLE_LUNG) coverage[index] = 1;
      aerated *= 1 - filled;
    }
    layers.lung[index] = aerated;
    layers.air[index] = gas + aerated * (1 - anatomy.lungDensity * density(x, y));
  };
}

/** Density of the parenchyma relative to its mean: blood sinks to the bases, and the fine structure is uneven. */
function createTexture(lungLength: number, pitch: number, noise: (x: number, y: number) => number): (x: number, y: number) => number {
  const fine = pitch < 0.2; // what is finer than the pixels only costs time
  return (x, y) => {
    const gravity = 0.82 + (0.36 * y) / lungLength;
    const finest = fine ? 0.1 * noise(4.3 * x + 31, 4.3 * y) : 0;
    return gravity * (1 + 0.16 * noise(0.21 * x, 0.21 * y) + 0.08 * noise(0.8 * x + 7, 0.8 * y) + 0.08 * noise(2.1 * x, 2.1 * y + 19) + finest);
  };
}
