import type { Prediction } from '../classify/predictionsFile.ts';

/** The four ways in which a prediction may stand to its label. */
export const OUTCOMES = ['right, present', 'right, absent', 'wrong, said present', 'wrong, said absent'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** An image that was predicted with confidence. */
export interface ConfidentImage {
  readonly image: string;
  readonly outcome: Outcome;
  readonly probability: number;
}

/**
 * The images that a finding was predicted with the most confidence in, right and wrong: of those with the finding and of those without, the highest
 * and the lowest probabilities. No threshold is needed: a low probability where the finding is present is wrong whatever the threshold.
 *
 * @param images Images with predictions; those without a label or a probability do not count.
 * @param column The finding's.
 * @param most How many of each outcome, one a patient.
 */
export function confidentImages(images: readonly Prediction[], column: number, most: number): ConfidentImage[] {
  const known = images.flatMap(({ image, patient, labels, probabilities }) => {
    const [label, probability] = [labels[column], probabilities[column]];
    return label === undefined || probability === undefined ? [] : [{ image, patient, label, probability }];
  });
  const take = (outcome: Outcome, label: 0 | 1, sign: 1 | -1): ConfidentImage[] => {
    const seen = new Set<string>();
    return known
      .filter((one) => one.label === label)
      .sort((a, b) => sign * (b.probability - a.probability) || (a.image < b.image ? -1 : 1))
      .filter(({ patient, image }) => !seen.has(patient ?? `image ${image}`) && seen.add(patient ?? `image ${image}`))
      .slice(0, most)
      .map(({ image, probability }) => ({ image, outcome, probability }));
  };
  // An image is shown once, where few are known: right before wrong
  const right = [...take(OUTCOMES[0], 1, 1), ...take(OUTCOMES[1], 0, -1)];
  const shown = new Set(right.map(({ image }) => image));
  return [...right, ...[...take(OUTCOMES[2], 0, 1), ...take(OUTCOMES[3], 1, -1)].filter(({ image }) => !shown.has(image))];
}
