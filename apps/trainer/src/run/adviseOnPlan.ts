import type { Encoder } from '@cxr-ifa/tensor';
import type { TrainingPlan } from './planTraining.ts';

/** What advice depends on. */
export interface AdvisedOptions {
  readonly batchSize: number;
  readonly imageSize: number;
  readonly momentum: number;
  /** Stages whose maps a loss compares. */
  readonly comparedStages: readonly string[];
}

/** With 256 negatives MoCo on ImageNet lost 6 points of linear accuracy to 65,536 (He et al. 2020, figure 3). */
const FEW_KEYS = 256;
/** The oldest key should be by an encoder of which so much is left. */
const LEAST_LEFT = 0.5;
/** Beyond this share an image meets its own earlier key as a negative too often to overlook. */
const LARGE_SHARE = 0.125;

/**
 * What to think of before training with sizes that fit but have consequences: nothing is refused for it.
 *
 * An image of an epoch is, on average, at an independent place of the next epoch's order: with q = K / batch and p batches an epoch, the chance that its earlier key is still in the queue is q^2 / (2 p^2).
 *
 * @returns Sentences.
 */
export function adviseOnPlan({ batchSize, imageSize, momentum, comparedStages }: AdvisedOptions, { queueSize, batchNormGroups, stepsPerEpoch }: TrainingPlan, encoder: Encoder): string[] {
  const batches = queueSize / batchSize;
  const left = momentum ** batches;
  const met = Math.min(1, batches ** 2 / (2 * stepsPerEpoch ** 2));
  const single = encoder.stages.filter(({ name, stride }) => comparedStages.includes(name) && imageSize <= stride).map(({ name }) => name);
  const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
  const advice: [holds: boolean, sentence: string][] = [
    [batchNormGroups === 1, 'Batch-norm has one group: query and key of a pair are normalised together, which gives them away; leave out --batch-norm-groups, or give at least 2'],
    [queueSize < FEW_KEYS, `A queue of ${queueSize} keys makes an easy contrast, of which ${percent(1 / (queueSize + 1))} are right by chance; with more images choose a --queue-size of at least ${FEW_KEYS}`],
    [left < LEAST_LEFT, `The oldest of ${queueSize} keys is ${batches} steps old, by an encoder of which ${percent(left)} is left at --momentum ${momentum}: such keys say little; choose a smaller --queue-size, or a --momentum of at least ${momentumFor(batches)}`],
    [met > LARGE_SHARE, `In ${percent(met)} of the cases an image's own key of the epoch before is among the ${queueSize} of the queue, and counts as a negative; --queue-size ${Math.max(1, Math.floor(stepsPerEpoch / 4)) * batchSize} would make that 3 %`],
    [single.length > 0, `At ${imageSize} pixels the maps of ${single.join(' and ')} are a single cell: the loss on them compares whole images; a larger --image-size would compare places`],
  ];
  return advice.flatMap(([holds, sentence]) => (holds ? [sentence] : []));
}

/** The least momentum, rounded up to the next digit that matters, of which enough is left after so many steps. */
function momentumFor(steps: number): number {
  const decimals = Math.max(2, Math.ceil(Math.log10(steps)) + 1);
  return Math.ceil(LEAST_LEFT ** (1 / steps) * 10 ** decimals) / 10 ** decimals;
}
