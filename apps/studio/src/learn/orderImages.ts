import type { StudioImage } from '../images/studioImage.ts';
import { labels } from './labels.ts';
import { trustedProbabilityOf } from './probe.ts';

export const ORDERS = ['as opened', 'not labelled first', 'most uncertain first', 'most likely first'] as const;
/** What comes first in the list of images. */
export type Order = (typeof ORDERS)[number];

/** Images in the order in which they are worth looking at. */
export function orderImages(images: readonly StudioImage[], order: Order, finding: string | undefined): readonly StudioImage[] {
  if (order === 'as opened' || finding === undefined) return images;
  const isLabelled = ({ id }: StudioImage): number => (labels.value[id]?.[finding] === undefined ? 0 : 1);
  const probability = ({ id }: StudioImage): number | undefined => trustedProbabilityOf(id, finding);
  const rank: Readonly<Record<Exclude<Order, 'as opened'>, (image: StudioImage) => number>> = {
    'not labelled first': isLabelled,
    'most uncertain first': (image) => isLabelled(image) + Math.abs((probability(image) ?? 0.5) - 0.5),
    'most likely first': (image) => -(probability(image) ?? -1), // last where there is none to be trusted
  };
  return [...images].sort((a, b) => rank[order](a) - rank[order](b));
}
