import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricsRow } from './trainingCurves.ts';

/** The lines of a run's log; a line that a kill tore off is left out. None if the run has not logged yet. */
export async function readMetricsLog(run: string, name: 'metrics.jsonl' | 'monitor.jsonl' = 'metrics.jsonl'): Promise<MetricsRow[]> {
  const content = await readFile(join(run, name), 'utf8').catch(() => '');
  return content.split('\n').flatMap((line): MetricsRow[] => {
    try {
      const row: unknown = JSON.parse(line);
      return typeof row === 'object' && row !== null && Number.isFinite((row as MetricsRow)['step']) ? [row as MetricsRow] : [];
    } catch {
      return [];
    }
  });
}
