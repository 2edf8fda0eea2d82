import type { FineTuner } from '@cxr-ifa/heads/classification';
import type { InputSource } from './inputSource.ts';

/** Probabilities of rows by a tuner as it is now: one column a finding, null for a finding that could not be trained. */
export async function predictRows(tuner: FineTuner, source: InputSource, rows: readonly number[], batchSize: number): Promise<(Float64Array | null)[]> {
  const columns = tuner.findings.map(({ positives, negatives }) => (positives > 0 && negatives > 0 ? new Float64Array(rows.length) : null));
  for (let start = 0; start < rows.length; start += batchSize) {
    const input = source.take(rows.slice(start, start + batchSize));
    const tensor = 'map' in input ? input.map : input.images;
    try {
      const logits = tuner.predict(input); // [N, F]
      const values = await logits.data();
      logits.dispose();
      const size = values.length / columns.length;
      columns.forEach((column, finding) => column?.set(Float64Array.from({ length: size }, (_, image) => 1 / (1 + Math.exp(-(values[image * columns.length + finding] as number)))), start));
    } finally {
      tensor.dispose();
    }
  }
  return columns;
}
