import type { LabelMatrix } from '@cxr-ifa/datasets';
import { fitLinearProbe, type Features, type FindingLabels, type LinearProbe } from '@cxr-ifa/heads/classification';
import type { ImageRecord, Rng } from '@cxr-ifa/tensor';

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
export function probeCachedFeatures(cached: CachedFeatures, { rows, findings, validationRows = [], classWeights, rng }: ProbeCachedFeaturesOptions): LinearProbe {
  const training = { features: selectRows(cached.features, rows), findings: labelsOf(cached.matrix, rows, findings) };
  const validation = { features: validationRows.length > 0 ? selectRows(cached.features, validationRows) : training.features, findings: labelsOf(cached.matrix, validationRows, findings) };
  const usable = validationRows.length > 0 && validation.findings.every(({ known }) => Array.from(known ?? []).includes(1));
  const selection = usable ? { validation } : { patients: rows.map((row) => cached.records[row]?.patient), rng };
  return fitLinearProbe(training.features, training.findings, { selection, classWeights });
}

/** Some rows of features, as features of their own. */
export function selectRows({ data, dimension }: Features, rows: readonly number[]): Features {
  const selected = new Float32Array(rows.length * dimension);
  rows.forEach((row, position) => selected.set(data.subarray(row * dimension, (row + 1) * dimension), position * dimension));
  return { data: selected, count: rows.length, dimension };
}

/** The labels of some rows for some findings. */
export function labelsOf({ labels, known, findings }: LabelMatrix, rows: readonly number[], wanted: readonly string[]): FindingLabels[] {
  return wanted.map((name) => {
    const column = findings.indexOf(name);
    const read = (values: ArrayLike<number>): number[] => rows.map((row) => values[row * findings.length + column] as number);
    return { name, labels: read(labels), known: read(known) };
  });
}
