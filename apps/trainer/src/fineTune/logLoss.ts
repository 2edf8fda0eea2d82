import type { FindingLabels } from '@cxr-ifa/heads/classification';

/** Below this a probability counts as this: one image that is wrong and sure is not the whole loss. */
const LEAST = 1e-7;

/** Mean log loss over the known labels of the findings that were predicted, in their order; NaN where there is none. */
export function logLoss(predictions: readonly (Float64Array | null)[], findings: readonly FindingLabels[]): number {
  let [sum, count] = [0, 0];
  for (const [index, { labels, known }] of findings.entries()) {
    for (const [image, probability] of predictions[index]?.entries() ?? []) {
      if (known && !known[image]) continue;
      sum -= Math.log(Math.max(LEAST, labels[image] ? probability : 1 - probability));
      count++;
    }
  }
  return sum / count;
}
