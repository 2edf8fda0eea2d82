import { fitLinearProbe, knnClassify, predictLinearProbe, type Features, type FindingLabels, type LinearProbe } from '@cxr-ifa/heads/classification';
import type { Rng } from '@cxr-ifa/tensor';

/** A probe and what it needs to predict. */
export type Probe = { readonly method: 'linear'; readonly probe: LinearProbe } | { readonly method: 'knn'; readonly neighbours: number; readonly bank: Features; readonly findings: readonly FindingLabels[] };

/** Features and labels of one split. */
export interface ProbeData {
  readonly features: Features;
  readonly findings: readonly FindingLabels[];
  readonly patients: readonly (string | undefined)[];
}

/** How the penalty of a linear probe was chosen. */
export type Selection = 'validation images' | 'cross-validation over the training patients';

/** How a linear probe is fitted. */
export interface FitLinearOptions {
  /** Images to choose the penalty on. */
  readonly validation?: ProbeData | undefined;
  readonly classWeights?: 'none' | 'balanced';
  readonly rng: Rng;
}

/**
 * Fits a linear probe. Its penalty is chosen on the validation images; by cross-validation over the training patients where there are none, or where they do not know every finding.
 */
export function fitLinear(training: ProbeData, { validation, classWeights = 'none', rng }: FitLinearOptions): { probe: LinearProbe; selection: Selection } {
  const usable = validation !== undefined && validation.findings.every(({ known, labels }) => Array.from({ length: labels.length }, (_, row) => known?.[row] ?? 1).includes(1));
  const probe = fitLinearProbe(training.features, training.findings, { selection: usable ? { validation } : { patients: training.patients, rng }, classWeights });
  return { probe, selection: usable ? 'validation images' : 'cross-validation over the training patients' };
}

/** Fits a probe. Where only a share of the labels is to be used, validation labels are labels too: the penalty of a linear one is then chosen without them. */
export function fitProbe(method: 'linear' | 'knn', training: ProbeData, { fraction, neighbours, validation, ...options }: FitLinearOptions & { readonly fraction: number; readonly neighbours: number }): { probe: Probe; selection?: Selection } {
  if (method === 'knn') return { probe: { method, neighbours, bank: training.features, findings: training.findings } };
  const { probe, selection } = fitLinear(training, { ...options, validation: fraction === 1 ? validation : undefined });
  return { probe: { method, probe }, selection };
}

/** Probabilities of each finding, in the order of the probe's findings; null for a finding that could not be learnt. */
export async function applyProbe(probe: Probe, features: Features): Promise<(Float64Array | null)[]> {
  const predictions = probe.method === 'linear' ? predictLinearProbe(probe.probe, features) : await knnClassify(features, probe.bank, probe.findings, { k: probe.neighbours });
  return [...predictions.values()];
}
