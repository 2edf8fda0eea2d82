import type { LabelMatrix } from '@cxr-ifa/datasets';
import type { FindingLabels } from '@cxr-ifa/heads/classification';

/** The labels of some rows of a matrix, a finding each, as probes take them. */
export function labelColumns({ labels, known, findings }: LabelMatrix, rows: readonly number[], wanted: readonly string[] = findings): FindingLabels[] {
  return wanted.map((name) => {
    const column = findings.indexOf(name);
    const read = (values: ArrayLike<number>): number[] => rows.map((row) => values[row * findings.length + column] as number);
    return { name, labels: read(labels), known: read(known) };
  });
}
