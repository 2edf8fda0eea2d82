import { curveAt } from './curve.ts';
import type { Thorax } from './createThorax.ts';
import type { Lesions } from './placeFindings.ts';

/** How the findings that fill a region change the lung, at a point of the frontal plane. */
export interface LesionFields {
  /** Share of the lung's depth that fluid has taken, for each effusion. */
  readonly effusions: readonly ((x: number, y: number) => number)[];
  /** Share of the lung's air that is consolidated, for each consolidation. */
  readonly consolidations: readonly ((x: number, y: number) => number)[];
  /** Whether the point lies between the chest wall and the collapsed lung, for each pneumothorax. */
  readonly pneumothoraces: readonly ((x: number, y: number) => boolean)[];
}

export function createLesionFields(lesions: Lesions, thorax: Thorax, noise: (x: number, y: number) => number): LesionFields {
  return {
    effusions: lesions.effusions.map(({ side, height }) => (x, y) => {
      if (x < 0 !== (side === 0)) return 0;
      // The fluid stands highest at the chest wall: the meniscus
      const outwards = Math.min(1, Math.abs(x) / thorax.halfWidth);
      const level = thorax.lungLength - height * (0.5 + 0.5 * outwards ** 3);
      return smoothStep((y - level) / (0.8 + 0.3 * height));
    }),
    consolidations: lesions.consolidations.map(({ x: x0, y: y0, radiusX, radiusY, density, seed }) => (x, y) => {
      const dx = (x - x0) / radiusX;
      const dy = (y - y0) / radiusY;
      const q = dx * dx + dy * dy;
      if (q > 3) return 0;
      const ragged = q + 0.55 * noise(0.55 * x + seed, 0.55 * y) + 0.35 * noise(1.3 * x + seed, 1.3 * y);
      return density * smoothStep((1.25 - ragged) / 0.9) * (1 + 0.25 * noise(2.4 * x, 2.4 * y + seed));
    }),
    pneumothoraces: lesions.pneumothoraces.map(({ side, apexGap, lateralGap }) => (x, y) => {
      if (x < 0 !== (side === 0)) return false;
      const distance = Math.abs(x);
      const height = collapsedHeight(y, apexGap, thorax.lungLength);
      return height <= 0 || distance > visceralEdge(thorax, y, apexGap, lateralGap) || distance < curveAt(thorax.medial, height);
    }),
  };
}

/** The height in the inflated lung of what lies at height y once its apex has sunk. */
export function collapsedHeight(y: number, apexGap: number, lungLength: number): number {
  return ((y - apexGap) / (lungLength - apexGap)) * lungLength;
}

/** The outer edge of a collapsed lung: the visceral pleura. */
export function visceralEdge(thorax: Thorax, y: number, apexGap: number, lateralGap: number): number {
  return curveAt(thorax.lateral, collapsedHeight(y, apexGap, thorax.lungLength)) - lateralGap * Math.max(0, 1 - y / thorax.lungLength) ** 0.7;
}

function smoothStep(t: number): number {
  return t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t);
}
