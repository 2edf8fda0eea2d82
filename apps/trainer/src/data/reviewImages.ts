import { findNearDuplicates, reviewOrientation, type OrientationVerdict } from '@cxr-ifa/datasets';
import type { ImageFacts, UsableImage } from './inspectImage.ts';
import { SIZE } from './makeThumbnail.ts';

/** What may be the matter with an image. */
export type ConcernName = OrientationVerdict | 'padded' | 'clipped' | 'of little contrast' | 'marked' | 'shown twice';

/** Images that share a concern, the most striking first. */
export interface Concern {
  readonly name: ConcernName;
  /** What it means, and why it matters. */
  readonly meaning: string;
  /** Positions in the list of files, with what was measured, in words. */
  readonly images: readonly { readonly index: number; readonly measure: string }[];
}

/** What a look at all images, without labels, says of them. */
export interface QualityReview {
  readonly concerns: readonly Concern[];
  /** Whether the typical image itself looks inverted. */
  readonly typicalIsInverted: boolean;
  /** Whether there were enough images to compare each with the typical one. */
  readonly compared: boolean;
}

const MEANINGS: Readonly<Record<ConcernName, string>> = {
  inverted: 'dense is dark: the negative of the others, as MONOCHROME1 images are when their file does not say so',
  rotated: 'turned by a quarter, a half or three quarters against the others',
  'unlike the others': 'resembles neither the typical image nor its negative or a turned one: another view, body part or no radiograph at all, or heavy collimation',
  asymmetric: 'not symmetric where the others are: a lateral view among frontal ones, a turned patient, or one side opaque',
  'shown twice': 'another file shows the same: of one patient it weighs twice, in two splits it leaks',
  padded: 'more than a tenth of the image is a plain border: an encoder sees the border',
  clipped: 'more than 2 % of the pixels are at the brightest value: what was there is lost',
  'of little contrast': 'its values span less than a tenth of what its format holds',
  marked: 'small bright shapes with sharp edges: letters that were burnt in, from which an encoder may learn the hospital or the projection',
};

/** Reviews the usable images among `facts`; indices are positions in `facts`. */
export function reviewImages(facts: readonly ImageFacts[]): QualityReview {
  const usable = facts.flatMap((fact, index): { index: number; fact: UsableImage }[] => ('reason' in fact ? [] : [{ index, fact }]));
  const thumbnails = new Uint8Array(usable.length * SIZE ** 2);
  usable.forEach(({ fact }, position) => thumbnails.set(fact.thumbnail, position * SIZE ** 2));
  const { verdicts, typicalIsInverted, compared } = reviewOrientation(thumbnails);

  const ranked = (name: ConcernName, value: (fact: UsableImage) => number, isConcern: (value: number) => boolean, words: (value: number) => string): Concern => {
    const found = usable.map(({ index, fact }) => ({ index, value: value(fact) })).filter((one) => isConcern(one.value));
    const order = isConcern(Infinity) ? -1 : 1;
    return { name, meaning: MEANINGS[name], images: found.sort((a, b) => order * (a.value - b.value)).map((one) => ({ index: one.index, measure: words(one.value) })) };
  };
  const oriented = (name: OrientationVerdict): Concern => ({ name, meaning: MEANINGS[name], images: usable.filter((_, position) => verdicts[position] === name).map(({ index }) => ({ index, measure: '' })) });
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const concerns = [
    oriented('inverted'),
    oriented('rotated'),
    oriented('unlike the others'),
    oriented('asymmetric'),
    repeated(usable.map(({ index }) => index), thumbnails),
    ranked('padded', ({ quality }) => quality.padding, (share) => share > 0.1, (share) => `${percent(share)} border`),
    ranked('clipped', ({ quality }) => quality.atHighest, (share) => share > 0.02, (share) => `${percent(share)} brightest`),
    ranked('of little contrast', ({ quality }) => quality.contrast, (span) => span < 0.1, (span) => `spans ${percent(span)}`),
    ranked('marked', ({ quality }) => quality.markers, (count) => count > 0, (count) => `${count} ${count === 1 ? 'shape' : 'shapes'}`),
  ];
  return { concerns: concerns.filter(({ images }) => images.length > 0), typicalIsInverted, compared };
}

/** Near-duplicates, the second of each pair beside the first. */
function repeated(indices: readonly number[], thumbnails: Uint8Array): Concern {
  const { pairs } = findNearDuplicates(thumbnails);
  const images = pairs.flatMap(({ first, second, correlation }) => [first, second].map((position) => ({ index: indices[position] as number, measure: `correlates ${correlation.toFixed(4)}` })));
  return { name: 'shown twice', meaning: MEANINGS['shown twice'], images };
}
