import type { ThresholdCounts } from './thresholdCounts.ts';

/**
 * How a threshold is chosen:
 * - `'youden'`: the greatest sensitivity + specificity - 1;
 * - `'f1'`: the greatest F1;
 * - `{ sensitivity }`: the greatest specificity with at least this sensitivity;
 * - `{ specificity }`: the greatest sensitivity with at least this specificity.
 */
export type ThresholdCriterion = 'youden' | 'f1' | { readonly sensitivity: number } | { readonly specificity: number };

/** Refuses a criterion that no threshold can be chosen by. */
export function checkCriterion(criterion: ThresholdCriterion): void {
  if (criterion === 'youden' || criterion === 'f1') return;
  const [name, value] = Object.entries(criterion)[0] as [string, number];
  if (!(value >= 0 && value <= 1)) throw new RangeError(`Cannot choose a threshold as the ${name} must be from 0 to 1: current value is ${value}`);
}

/** The point that a criterion chooses; of equal ones that of the highest threshold. `undefined` where only one class has weight. */
export function choosePoint({ truePositives, falsePositives }: ThresholdCounts, criterion: ThresholdCriterion): number | undefined {
  const [positives, negatives] = [truePositives.at(-1) as number, falsePositives.at(-1) as number];
  if (!(positives > 0 && negatives > 0)) return undefined;
  if (typeof criterion === 'object') {
    if ('sensitivity' in criterion) return truePositives.findIndex((count) => count / positives >= criterion.sensitivity);
    const tooFar = falsePositives.findIndex((count) => (negatives - count) / negatives < criterion.specificity);
    return firstWith(truePositives, tooFar < 0 ? truePositives.length - 1 : tooFar - 1);
  }
  const quality = truePositives.map((count, point) => {
    const others = falsePositives[point] as number;
    return criterion === 'f1' ? (2 * count) / (count + others + positives) : count / positives - others / negatives;
  });
  return quality.reduce((best, value, point) => (value > (quality[best] as number) ? point : best), 0);
}

/** The first point with as many true positives as `last`: what lies between adds false positives only. */
function firstWith(truePositives: Float64Array, last: number): number {
  let point = last;
  while (point > 0 && truePositives[point - 1] === truePositives[last]) point--;
  return point;
}
