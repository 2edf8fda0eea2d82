import { featureDistances, fitFeatureDistribution, fitLinearProbe, outOfDistribution, predictLinearProbe, type FeatureDistribution, type Features, type LinearProbe } from '@cxr-ifa/heads/classification';
import type { Rng } from '@cxr-ifa/tensor';
import { findingLabels, type Labelled } from './labelled.ts';
import { FEWEST_FOR_DISTRIBUTION } from './limits.ts';

/** A probe, what its training images look like, and what it says of all images. */
export interface FittedProbe {
  readonly probe: LinearProbe;
  /** Absent where there are too few labelled images to know what is ordinary. */
  readonly distribution?: FeatureDistribution;
  readonly predictions: ProbePredictions;
}

/** What a probe says of the images. */
export interface ProbePredictions {
  readonly findings: readonly { readonly name: string; readonly positives: number; readonly negatives: number; readonly learnt: boolean }[];
  readonly ids: readonly string[];
  /** By finding and image, from 0 to 1; empty for a finding that could not be learnt. */
  readonly probabilities: readonly Float64Array[];
  /** By image: the share of the labelled images that are more ordinary; absent where too few are labelled. */
  readonly unusual?: Float64Array;
}

/** Fits a probe on labelled images and applies it to all. */
export async function fitProbe(training: Features, labelled: Labelled, all: { readonly ids: readonly string[]; readonly features: Features }, rng: Rng): Promise<FittedProbe> {
  const probe = fitLinearProbe(training, findingLabels(labelled), { selection: { patients: labelled.images.map(({ patient }) => patient), rng } });
  const predicted = predictLinearProbe(probe, all.features);
  const distribution = training.count >= FEWEST_FOR_DISTRIBUTION ? await fitFeatureDistribution(training) : undefined;
  const unusual = distribution && outOfDistribution(distribution, await featureDistances(distribution, all.features));
  return {
    probe,
    ...(distribution && { distribution }),
    predictions: {
      findings: probe.findings.map(({ name, positives, negatives, classifier }) => ({ name, positives, negatives, learnt: classifier !== null })),
      ids: all.ids,
      probabilities: labelled.findings.map((name) => predicted.get(name) ?? new Float64Array()),
      ...(unusual && { unusual }),
    },
  };
}
