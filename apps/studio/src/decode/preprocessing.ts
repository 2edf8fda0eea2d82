import type { Preprocessing } from '@cxr-ifa/checkpoint';

/** Whether two encoders can share prepared pixels: the normalisation comes later. */
export function samePreparation(a: Preprocessing, b: Preprocessing): boolean {
  return a.imageSize === b.imageSize && a.clipPercentile === b.clipPercentile && a.aspect === b.aspect;
}
