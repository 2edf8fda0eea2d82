import type { LabelMatrix } from '@cxr-ifa/datasets';
import { selectFeatures, type Features, type LinearProbe } from '@cxr-ifa/heads/classification';
import type { ImageRecord, Rng } from '@cxr-ifa/tensor';
import { fitLinear, type ProbeData } from '../../classify/fitProbe.ts';
import { labelColumns } from '../../classify/labelColumns.ts';

/** Features of all records of a task, computed once, and what is known of them. */
export interface CachedFeatures {
  /** In the order of the records. */
  readonly features: Features;
  readonly records: readonly ImageRecord[];
  readonly matrix: LabelMatrix;
}

/** What a probe may learn from. */
export interface ProbeCachedFeaturesOptions {
  readonly rows: readonly number[];
  readonly findings: readonly string[];
  /** Rows to choose the penalty on; without them, and where they do not know every finding, it is chosen by cross-validation over the patients of `rows`. */
  readonly validationRows?: readonly number[] | undefined;
  readonly classWeights: 'none' | 'balanced';
  readonly rng: Rng;
}

/** Fits a linear probe on some rows of features that are there already: about a second where an encoder takes minutes. */
export function probeCachedFeatures({ features, records, matrix }: CachedFeatures, { rows, findings, validationRows = [], classWeights, rng }: ProbeCachedFeaturesOptions): LinearProbe {
  const part = (of: readonly number[]): ProbeData => ({ features: selectFeatures(features, of), findings: labelColumns(matrix, of, findings), patients: of.map((row) => records[row]?.patient) });
  return fitLinear(part(rows), { validation: validationRows.length > 0 ? part(validationRows) : undefined, rng, classWeights }).probe;
}
