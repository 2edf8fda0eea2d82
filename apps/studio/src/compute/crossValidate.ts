import { crossValidateProbe, type Features } from '@cxr-ifa/heads/classification';
import { aurocStatistic, patientBootstrap } from '@cxr-ifa/metrics';
import type { Rng } from '@cxr-ifa/tensor';
import { findingLabels, type Labelled } from './labelled.ts';
import { FEWEST_PATIENTS } from './limits.ts';

/** How well a finding is told on patients that a probe has not seen; no AUROC where the labels do not suffice. */
export interface CrossValidated {
  readonly finding: string;
  readonly auroc?: number;
  readonly low?: number;
  readonly high?: number;
  readonly folds: number;
  /** Known labels that it rests on. */
  readonly images: number;
}

const SAMPLES = 1000;

/** Cross-validates over patients, with an interval over patients. */
export function crossValidate(features: Features, labelled: Labelled, rng: Rng): CrossValidated[] {
  const findings = findingLabels(labelled);
  const patients = labelled.images.map(({ patient }) => patient);
  return findings.map((finding, index): CrossValidated => {
    const count = labelled.images.filter(({ labels }) => labels[index] !== null).length;
    const none = { finding: finding.name, folds: 0, images: count };
    const patientsWith = (label: 0 | 1): number => new Set(labelled.images.flatMap(({ id, patient, labels }) => (labels[index] === label ? [patient ?? `/${id}`] : []))).size;
    if (Math.min(patientsWith(0), patientsWith(1)) < FEWEST_PATIENTS) return none;
    const held = crossValidateProbe(features, [finding], { patients, rng }).get(finding.name);
    if (!held) return none;
    const statistic = aurocStatistic(held.scores, finding.labels, { known: held.predicted });
    const { auroc } = patientBootstrap({ auroc: statistic }, patients, { rng: rng.fork('bootstrap', finding.name), samples: SAMPLES, interval: 'bca' });
    const { value, low, high } = auroc;
    return { finding: finding.name, folds: held.folds, images: count, ...(value !== undefined && { auroc: value }), ...(low !== undefined && { low }), ...(high !== undefined && { high }) };
  });
}
