import type { Thorax } from './createThorax.ts';
import { curveAt } from './curve.ts';

/** Air between chest wall and lung, in centimetres: how far the lung's apex has sunk, how far its outer edge has moved in, and down to which height. */
export interface Pneumothorax {
  /** 0 is the patient's right, the image's left. */
  readonly side: 0 | 1;
  readonly apexGap: number;
  readonly lateralGap: number;
  readonly end: number;
}

/** The height in the inflated lung of what lies at height y in the collapsed one. */
export function collapsedHeight(y: number, { apexGap, end }: Pneumothorax): number {
  return y >= end ? y : ((y - apexGap) / (end - apexGap)) * end;
}

/** The outer edge of a collapsed lung, the visceral pleura: it meets the chest wall at the end of the pneumothorax. */
export function visceralEdge(thorax: Thorax, y: number, pneumothorax: Pneumothorax): number {
  return curveAt(thorax.lateral, collapsedHeight(y, pneumothorax)) - pneumothorax.lateralGap * Math.max(0, 1 - y / pneumothorax.end) ** 0.7;
}
