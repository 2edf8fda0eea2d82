import type { StudioImage } from '../images/studioImage.ts';
import { labelOf } from './labels.ts';
import { trustedProbabilityOf } from './probe.ts';

export const ORDERS = ['as opened', 'not labelled first', 'most uncertain first', 'most likely first'] as const;
/** What comes first in the list of images. */
export type Order = (typeof ORDERS)[number];

/** Images in the order in which they are worth looking at. */
export function orderImages(images: readonly StudioImage[], order: Order, finding: string | undefined): readonly StudioImage[] {
  if (order === 'as opened' || finding === undefined) return images;
  const isLabelled = ({ id }: StudioImage): number => (labelOf(id, finding) === undefined ? 0 : 1);
  const probability = ({ id }: StudioImage): number | undefined => trustedProbabilityOf(id, finding);
  // Where there is no probability to be trusted, behind those that have one
  const rank: Readonly<Record<Exclude<Order, 'as opened'>, (image: StudioImage) => number>> = {
    'not labelled first': isLabelled,
    'most uncertain first': (image) => isLabelled(image) + Math.abs((probability(image) ?? 1.25) - 0.5),
    'most likely first': (image) => -(probability(image) ?? -1),
  };
  return [...images].sort((a, b) => rank[order](a) - rank[order](b));
}
