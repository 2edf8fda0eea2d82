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

/**
 * Fits a probe. A linear one's penalty is chosen on the validation images; by cross-validation over the training patients where there are none,
 * where they do not know every finding, or where only a share of the labels is to be used, since validation labels are labels too.
 */
export function fitProbe(method: 'linear' | 'knn', training: ProbeData, { validation, fraction, neighbours, rng, classWeights = 'none' }: { readonly validation?: ProbeData | undefined; readonly fraction: number; readonly neighbours: number; readonly rng: Rng; readonly classWeights?: 'none' | 'balanced' }): { probe: Probe; selection?: Selection } {
  if (method === 'knn') return { probe: { method, neighbours, bank: training.features, findings: training.findings } };
  const usable = validation !== undefined && fraction === 1 && validation.findings.every(({ known, labels }) => Array.from({ length: labels.length }, (_, row) => known?.[row] ?? 1).includes(1));
  const selection = usable ? { validation } : { patients: training.patients, rng };
  return { probe: { method, probe: fitLinearProbe(training.features, training.findings, { selection, classWeights }) }, selection: usable ? 'validation images' : 'cross-validation over the training patients' };
}

/** Probabilities of each finding, in the order of the probe's findings; null for a finding that could not be learnt. */
export async function applyProbe(probe: Probe, features: Features): Promise<(Float64Array | null)[]> {
  const predictions = probe.method === 'linear' ? predictLinearProbe(probe.probe, features) : await knnClassify(features, probe.bank, probe.findings, { k: probe.neighbours });
  return [...predictions.values()];
}
