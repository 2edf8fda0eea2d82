import type { DetectionRun } from './detectionRun.ts';

/** Both starts at one share of the labels. */
export interface StartComparison {
  readonly fraction: number;
  readonly seeds: number;
  /** mAP at IoU 0.5 of the test images, mean over seeds. */
  readonly pretrained: number | null;
  readonly random: number | null;
  /** Of each seed: the step at which the pretrained start's validation mAP reaches the random start's last, as a share of all steps; null where it never does. */
  readonly stepShares: readonly (number | null)[];
}

/** Compares the starts of the seeds that have both, share by share. */
export function compareStarts(runs: readonly DetectionRun[]): StartComparison[] {
  const fractions = [...new Set(runs.map(({ fraction }) => fraction))].sort((a, b) => b - a);
  return fractions.map((fraction): StartComparison => {
    const of = (start: DetectionRun['start']): DetectionRun[] => runs.filter((run) => run.start === start && run.fraction === fraction);
    const pairs = of('pretrained').flatMap((pretrained) => of('random').filter(({ seed }) => seed === pretrained.seed).map((random) => [pretrained, random] as const));
    return {
      fraction,
      seeds: pairs.length,
      pretrained: mean(pairs.map(([{ map50 }]) => map50)),
      random: mean(pairs.map(([, { map50 }]) => map50)),
      stepShares: pairs.map(([pretrained, random]) => stepShare(pretrained, random)),
    };
  });
}

function stepShare(pretrained: DetectionRun, random: DetectionRun): number | null {
  const [last] = random.curve.slice(-1);
  if (!last) return null;
  const reached = pretrained.curve.find(([, map50]) => map50 >= last[1]);
  return reached ? reached[0] / last[0] : null;
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
}
