import { chooseThreshold, fitPlatt, fitTemperature, scaleLogits, type LogitScale, type ThresholdCriterion } from '@cxr-ifa/metrics';
import type { Calibration } from '../options/classifyOptions.ts';
import type { Predictions } from './predictionsFile.ts';

/** A threshold on calibrated probabilities, and by what it was chosen. */
export interface Threshold {
  readonly criterion: string;
  readonly threshold: number;
}

/** What validation images decided about one finding. */
export interface FindingRules {
  readonly finding: string;
  /** Null where there was nothing to fit on, or the fit would turn the ranking round. */
  readonly calibration: LogitScale | null;
  /** The first is the one that decides; none where validation knows one class only. */
  readonly thresholds: readonly Threshold[];
}

/** By what thresholds are chosen; the first decides. */
const CRITERIA: Readonly<Record<string, ThresholdCriterion>> = { youden: 'youden', 'sensitivity 0.9': { sensitivity: 0.9 }, 'specificity 0.9': { specificity: 0.9 } };

/** Probabilities of 0 and 1, as of neighbours that all agree, are as far from these as a fit can bear. */
const LEAST = 1e-6;

/** Fits calibration and chooses thresholds for each finding, on predictions of validation images: never of test images. */
export function chooseRules({ findings, images }: Predictions, calibration: Calibration): FindingRules[] {
  return findings.map((finding, column) => {
    const known = images.filter(({ probabilities, labels }) => probabilities[column] !== undefined && labels[column] !== undefined);
    const labels = known.map((image) => image.labels[column] as number);
    const raw = known.map(({ probabilities }) => Math.min(1 - LEAST, Math.max(LEAST, probabilities[column] as number)));
    const logits = raw.map((p) => Math.log(p / (1 - p)));
    const fitted = calibration === 'none' ? undefined : calibration === 'platt' ? fitPlatt(logits, labels) : fitTemperature(logits, labels);
    const scale = fitted && fitted.slope > 0 ? { slope: fitted.slope, intercept: fitted.intercept } : null;
    const scores = known.map(({ probabilities }) => calibrate(probabilities[column] as number, scale));
    const thresholds = Object.entries(CRITERIA).flatMap(([name, criterion]): Threshold[] => {
      const point = chooseThreshold(scores, labels, criterion);
      return point && Number.isFinite(point.threshold) ? [{ criterion: name, threshold: point.threshold }] : [];
    });
    return { finding, calibration: scale, thresholds };
  });
}

/** A probability after calibration; 0 and 1 stay what they are. */
export function calibrate(probability: number, scale: LogitScale | null): number {
  return scale ? (scaleLogits([Math.log(probability / (1 - probability))], scale)[0] as number) : probability;
}

/** Predictions with calibrated probabilities. */
export function calibratePredictions({ findings, images }: Predictions, rules: readonly FindingRules[]): Predictions {
  return { findings, images: images.map((image) => ({ ...image, probabilities: image.probabilities.map((p, column) => (p === undefined ? undefined : calibrate(p, rules[column]?.calibration ?? null))) })) };
}
