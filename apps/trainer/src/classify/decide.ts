import { scaleLogits, type LogitScale } from '@cxr-ifa/metrics';

/** How one finding's scores become calibrated probabilities and decisions: fitted on validation images, where there were any. */
export interface DecisionRule {
  readonly calibration?: LogitScale | undefined;
  /** A calibrated probability at or above this is called positive. */
  readonly threshold?: number | undefined;
}

/** What is said of one finding in one image. */
export interface Decision {
  readonly probability: number | undefined;
  readonly threshold: number | undefined;
  readonly decision: 0 | 1 | undefined;
}

/** Calibrates and decides; a finding that could not be learnt has no probability and no decision. */
export function decide(probability: number | undefined, { calibration, threshold }: DecisionRule = {}): Decision {
  if (probability === undefined) return { probability, threshold: undefined, decision: undefined };
  const calibrated = calibration ? (scaleLogits([Math.log(probability / (1 - probability))], calibration)[0] as number) : probability;
  return { probability: calibrated, threshold, decision: threshold === undefined ? undefined : calibrated >= threshold ? 1 : 0 };
}
