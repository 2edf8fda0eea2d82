import { collapsedHeight, visceralEdge } from './collapse.ts';
import type { Thorax } from './createThorax.ts';
import { curveAt } from './curve.ts';
import { paintTube, type TubePoint } from './paintTube.ts';
import type { Lesions } from './placeFindings.ts';
import type { Projector } from './projector.ts';

/** Paints the pleural line of each pneumothorax: the lung's own skin, seen edge-on with air on both sides. */
export function paintPleura(tissue: Float32Array, projector: Projector, thorax: Thorax, pneumothoraces: Lesions['pneumothoraces']): void {
  for (const pneumothorax of pneumothoraces) {
    const { side, apexGap, end } = pneumothorax;
    const sign = side === 0 ? -1 : 1;
    const reach = 0.93 * end - apexGap;
    const path = Array.from({ length: 60 }, (_, index): TubePoint => {
      // Closer steps at the apex, where the line bends
      const y = apexGap + reach * (index / 59) ** 2;
      return [sign * visceralEdge(thorax, y, pneumothorax), y, 0, 0.08];
    });
    const across = Array.from({ length: 12 }, (_, index): TubePoint => {
      const y = apexGap + 0.05 * reach * (1 - index / 11) ** 2;
      return [sign * Math.min(curveAt(thorax.medial, collapsedHeight(y, pneumothorax)), visceralEdge(thorax, y, pneumothorax)), y, 0, 0.08];
    });
    paintTube(tissue, projector, [...across, ...path], 5);
  }
}
