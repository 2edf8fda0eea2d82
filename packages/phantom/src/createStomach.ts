import type { Thorax } from './createThorax.ts';
import { curveAt } from './curve.ts';
import type { PhantomAnatomy } from './drawAnatomy.ts';

/** Path length through the gas under the left dome, which ends at a level of fluid; some patients have none. */
export function createStomach(anatomy: PhantomAnatomy, thorax: Thorax): (x: number, y: number) => number {
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
