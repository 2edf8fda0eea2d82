import { collapsedHeight, visceralEdge } from './collapse.ts';
import { curveAt } from './curve.ts';
import type { Thorax } from './createThorax.ts';
import type { Lesions } from './placeFindings.ts';

/** How the findings that fill a region change the lung, at a point of the frontal plane. */
export interface LesionFields {
  /** Share of the lung's depth that fluid has taken, for each effusion. */
  readonly effusions: readonly ((x: number, y: number) => number)[];
  /** Share of the lung's air that is consolidated, and what it is in the middle, for each consolidation. */
  readonly consolidations: readonly { readonly share: (x: number, y: number) => number; readonly peak: number }[];
  /** How wide the gap between chest wall and collapsed lung is at the height of a point within it, 0 elsewhere, for each pneumothorax. */
  readonly pneumothoraces: readonly ((x: number, y: number) => number)[];
}

/** Turns the findings' shapes into functions of the place; `noise` makes consolidations ragged. */
export function createLesionFields(lesions: Lesions, thorax: Thorax, noise: (x: number, y: number) => number): LesionFields {
  return {
    effusions: lesions.effusions.map(({ side, height }) => (x, y) => {
      if (x < 0 !== (side === 0)) return 0;
      // The fluid stands highest at the chest wall: the meniscus
      const outwards = Math.min(1, Math.abs(x) / thorax.halfWidth);
      const level = thorax.lungLength - height * (0.5 + 0.5 * outwards ** 3);
      return smoothStep((y - level) / (0.8 + 0.3 * height));
    }),
    consolidations: lesions.consolidations.map(({ x: x0, y: y0, radiusX, radiusY, density, seed }) => ({
      peak: density,
      share(x, y) {
        const q = ((x - x0) / radiusX) ** 2 + ((y - y0) / radiusY) ** 2;
        if (q > 3) return 0;
        const ragged = q + 0.65 * noise(0.4 * x + seed, 0.4 * y) + 0.25 * noise(1.1 * x + seed, 1.1 * y);
        return density * smoothStep((1.6 - ragged) / 1.7) * (1 + 0.15 * noise(1.8 * x, 1.8 * y + seed));
      },
    })),
    pneumothoraces: lesions.pneumothoraces.map((pneumothorax) => (x, y) => {
      if (x < 0 !== (pneumothorax.side === 0)) return 0;
      const distance = Math.abs(x);
      const height = collapsedHeight(y, pneumothorax);
      if (height <= 0 || distance < curveAt(thorax.medial, height)) return pneumothorax.apexGap;
      const pleura = visceralEdge(thorax, y, pneumothorax);
      return distance > pleura ? curveAt(thorax.lateral, y) - pleura : 0;
    }),
  };
}

function smoothStep(t: number): number {
  return t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t);
}
