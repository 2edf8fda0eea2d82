import type { Thorax } from './createThorax.ts';
import { curveAt } from './curve.ts';

const HILA = 8;
const BELOW_HILA = 13;

/** Path length through the mediastinum apart from the heart: great vessels above the hila, below them only spine, aorta and gullet. */
export function createMediastinum(thorax: Thorax): (x: number, y: number) => number {
  return (x, y) => {
    const ratio = Math.abs(x / curveAt(thorax.mediastinum[x < 0 ? 0 : 1], y));
    if (ratio >= 1) return 0;
    const below = Math.max(0, Math.min(1, (y - HILA) / (BELOW_HILA - HILA)));
    const profile = 1 - ratio * ratio * ratio;
    // Above, a sharp edge against the lung; below, one that the heart in front of it makes soft
    return curveAt(thorax.depth, y) * (1.5 - 0.6 * below) * (Math.sqrt(profile) * (1 - below) + profile * below);
  };
}
