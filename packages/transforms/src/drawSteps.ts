import type { Rng } from '@cxr-ifa/tensor';
import type { AugmentationStep, Operation } from './augmentationStep.ts';

/** Draws which operations are applied, one after the other: whoever draws their parameters does so before asking for the next. */
export function* drawSteps(steps: readonly AugmentationStep[], rng: Rng): Generator<Operation, void, void> {
  for (const step of steps) if (rng.uniform() < step.probability) yield chooseOperation(step, rng);
}

/** One of a group by its weights, which need not add up to 1. */
function chooseOperation(step: AugmentationStep, rng: Rng): Operation {
  if (!('oneOf' in step)) return step;
  let left = rng.uniform(0, step.oneOf.reduce((sum, { weight }) => sum + weight, 0));
  return step.oneOf.find(({ weight }) => (left -= weight) < 0) ?? (step.oneOf.at(-1) as Operation);
}
