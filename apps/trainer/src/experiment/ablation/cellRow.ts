import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@cxr-ifa/tensor';
import { z } from 'zod';
import { pretrainOptions } from '../../options/pretrainOptions.ts';
import { writeJson } from '../../run/runDirectory.ts';
import { cellId, type Cell } from './expandGrid.ts';

const number = z.number().nullable();
const estimate = z.object({ value: number, low: number, high: number });

/** A finished cell: what it was made with, how training ended, and how it was judged. */
const schema = z.object({
  format: z.literal('cxr-ifa-ablation-1'),
  name: z.string(),
  seed: z.int(),
  date: z.string(),
  machine: z.record(z.string(), z.unknown()),
  /** Whether its encoder is not trained. */
  random: z.boolean(),
  /** Everything that decides over it: options of `pretrain` (where `init` is the name of a cell, or a checkpoint), and `judgedBy`, what the grid says of probes. */
  basis: z.record(z.string(), z.unknown()),
  /** Hashes of the pixels it was trained on, and of which image is in which split of each task. */
  dataHash: z.string().nullable(),
  splitHashes: z.record(z.string(), z.string()),
  /** Test patients and images among those it was trained on, over all tasks; null where that is not known. */
  leak: z.object({ patients: number, images: z.number() }).nullable(),
  /** The last line of its metrics. */
  training: z.record(z.string(), z.number()).nullable(),
  bootstrap: z.object({ unit: z.literal('patient and draw'), samples: z.int(), confidence: z.number() }),
  results: z.array(
    z.object({ task: z.string(), finding: z.string(), method: z.enum(['linear', 'knn']), fraction: z.number(), auroc: estimate, draws: z.array(number), trainingImages: z.number(), positives: z.int(), negatives: z.int() }),
  ),
});
export type CellRow = z.output<typeof schema>;

const fileOf = (folder: string, cell: Pick<Cell, 'name' | 'seed'>): string => join(folder, `${cellId(cell)}.json`);

/** Writes a finished cell's row, whole or not at all. */
export async function writeCellRow(folder: string, row: Omit<CellRow, 'format'>): Promise<void> {
  await writeJson(fileOf(folder, row), { format: 'cxr-ifa-ablation-1', ...row } satisfies CellRow);
}

/**
 * Reads a cell's row; `undefined` where the cell is not finished.
 *
 * @throws {InputError} If the row is damaged, or made on another basis.
 */
export async function readCellRow(folder: string, cell: Pick<Cell, 'name' | 'seed'>, basis: CellRow['basis']): Promise<CellRow | undefined> {
  const path = fileOf(folder, cell);
  const content = await readFile(path, 'utf8').catch(() => undefined);
  if (content === undefined) return undefined;
  let row: CellRow;
  try {
    row = schema.parse(JSON.parse(content));
  } catch (error) {
    throw new InputError(`Cannot read the row ${path} as it is damaged or of another version: take it away to make it again`, { cause: error });
  }
  const [before, now] = [withDefaults(row.basis), withDefaults(basis)]; // an option that a later version added was at its default
  const differing = [...new Set([...Object.keys(before), ...Object.keys(now)])].find((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]));
  if (differing === undefined) return row;
  throw new InputError(`Cannot take the row ${path} for the grid's cell as it was made with another ${differing}: ${JSON.stringify(before[differing])} and not ${JSON.stringify(now[differing])}; give another --rows and --out, or take the row and its run away`);
}

function withDefaults(basis: CellRow['basis']): Record<string, unknown> {
  const defaults = Object.entries(pretrainOptions).map(([name, { schema: of }]) => [name, of.safeParse(undefined).data] as const);
  return { ...Object.fromEntries(defaults), ...basis };
}
