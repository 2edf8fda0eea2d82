import { readFile } from 'node:fs/promises';
import { formatCsv, readTable, type Cell } from '@cxr-ifa/datasets';
import { InputError } from '@cxr-ifa/tensor';

/** What was predicted of one image, and what is known of it. */
export interface Prediction {
  readonly image: string;
  readonly patient?: string | undefined;
  readonly split?: string | undefined;
  /** By finding, in the order of the file's findings; undefined where there is none. */
  readonly probabilities: readonly (number | undefined)[];
  readonly labels: readonly (0 | 1 | undefined)[];
}

/** The contents of a `predictions.csv`. */
export interface Predictions {
  readonly findings: readonly string[];
  readonly images: readonly Prediction[];
}

/** Writes predictions as CSV: `image,patient,split`, then `<finding>:probability,<finding>:label` a finding; an empty cell is unknown. */
export function formatPredictions({ findings, images }: Predictions): string {
  const header = ['image', 'patient', 'split', ...findings.flatMap((finding) => [`${finding}:probability`, `${finding}:label`])];
  const rows = images.map(({ image, patient, split, probabilities, labels }): Cell[] => [image, patient, split, ...findings.flatMap((_, index) => [probabilities[index], labels[index]])]);
  return formatCsv([header, ...rows]);
}

/**
 * Reads a `predictions.csv`.
 *
 * @throws {InputError} If it cannot be read, has other columns, or a cell is no probability or label.
 */
export async function readPredictions(path: string): Promise<Predictions> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new InputError(`Cannot read the predictions ${path}: ${error.message}`, { cause: error });
  });
  const { columns, rows } = readTable(text);
  const findings = columns.filter((column) => column.endsWith(':probability')).map((column) => column.slice(0, -':probability'.length));
  const expected = ['image', 'patient', 'split', ...findings.flatMap((finding) => [`${finding}:probability`, `${finding}:label`])];
  if (columns.join('\n') !== expected.join('\n')) throw new InputError(`Cannot read the predictions ${path} as its columns must be image, patient, split, and <finding>:probability, <finding>:label for each finding: current columns are ${columns.join(', ')}`);
  const images = rows.map(({ cells, number }): Prediction => {
    const [image, patient, split, ...values] = cells as [string, string, string, ...string[]];
    const refuse = (what: string, value: string): never => {
      throw new InputError(`Cannot read the predictions ${path} as row ${number} must have ${what}: current value is ${value}`);
    };
    return {
      image,
      patient: patient || undefined,
      split: split || undefined,
      probabilities: findings.map((_, index) => {
        const cell = values[2 * index] as string;
        const value = Number(cell);
        return cell === '' ? undefined : value >= 0 && value <= 1 ? value : refuse('probabilities from 0 to 1', cell);
      }),
      labels: findings.map((_, index) => {
        const cell = values[2 * index + 1] as string;
        return cell === '' ? undefined : cell === '0' ? 0 : cell === '1' ? 1 : refuse('labels 0 or 1', cell);
      }),
    };
  });
  return { findings, images };
}
