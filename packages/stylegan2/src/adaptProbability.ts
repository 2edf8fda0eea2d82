/** What adaptive augmentation remembers between steps. */
export interface AdaptationState {
  readonly augmentProbability: number;
  /** Of the signs since the last adaptation. */
  readonly signSum: number;
  readonly signCount: number;
}

/** Steps between two adaptations. */
const INTERVAL = 4;

/**
 * Adaptive augmentation: the probability rises while the discriminator takes more of the real images for real than it should (it is learning them by heart), and falls otherwise.
 *
 * @param state The probability and the signs so far.
 * @param observed The mean `sign` of the scores of `count` real images at `step`; the `target` it should have; the images in which the probability may `rise` from 0 to 1.
 * @returns The next state.
 * @see Karras et al. 2020, Training Generative Adversarial Networks with Limited Data, section 3 and equation 1
 */
export function adaptProbability(
  { augmentProbability, signSum, signCount }: AdaptationState,
  { sign, count, step, target, rise }: { readonly sign: number; readonly count: number; readonly step: number; readonly target: number; readonly rise: number },
): AdaptationState {
  const [sum, seen] = [signSum + sign * count, signCount + count];
  if ((step + 1) % INTERVAL !== 0) return { augmentProbability, signSum: sum, signCount: seen };
  const moved = augmentProbability + (Math.sign(sum / seen - target) * seen) / rise;
  return { augmentProbability: Math.min(1, Math.max(0, moved)), signSum: 0, signCount: 0 };
}
