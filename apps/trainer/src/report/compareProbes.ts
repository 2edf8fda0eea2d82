import { createRng } from '@cxr-ifa/tensor';
import { comparePredictions } from '../classify/comparePredictions.ts';
import { predictionsOfSplit } from '../classify/evaluateRun.ts';
import type { ClassificationMetrics } from '../classify/metricsFile.ts';
import { probeName } from './classificationPart.ts';
import type { ProbeDifference } from './probeResults.ts';

/** A classification run in a report. */
export interface ClassificationRun {
  readonly run: string;
  readonly metrics: ClassificationMetrics;
}

/** Compares every pre-trained encoder's probe with every random one's of the same task: same test images, same findings, same labels, same method. */
export async function compareProbes(runs: readonly ClassificationRun[]): Promise<ProbeDifference[]> {
  const differences: ProbeDifference[] = [];
  for (const one of runs.filter(({ metrics }) => !metrics.random)) {
    for (const other of runs.filter(({ metrics }) => metrics.random && taskOf(metrics) === taskOf(one.metrics))) {
      const { seed, samples, confidence } = one.metrics.bootstrap;
      const comparisons = comparePredictions(await predictionsOfSplit(one.run, 'test'), await predictionsOfSplit(other.run, 'test'), { rng: createRng(seed), samples, confidence });
      differences.push(...comparisons.map(({ finding, difference }) => ({ first: probeName(one.run, one.metrics), second: probeName(other.run, other.metrics), finding, difference })));
    }
  }
  return differences;
}

function taskOf({ splitHash, labelPolicy, method, findings, counts }: ClassificationMetrics): string {
  return JSON.stringify([splitHash, labelPolicy, method, counts.trainUsed, findings.map(({ finding, positives, negatives }) => [finding, positives, negatives])]);
}
