import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeNpy, encodeNpy } from '@cxr-ifa/checkpoint';
import { InputError } from '@cxr-ifa/tensor';
import { z } from 'zod';
import { atomicWrite } from '../../run/atomicWrite.ts';
import { openCellLines } from '../cellLines.ts';

/** What a cell's numbers depend on, beside the data: equal keys are the same cell. */
export interface CellKey {
  readonly encoder: string;
  readonly method: 'linear' | 'fine-tune';
  readonly handling: string;
  readonly level: number;
  readonly repeat: number;
  readonly findings: readonly string[];
  /** Of fine-tuning. */
  readonly settings: Readonly<Record<string, unknown>>;
}

const count = z.int().nonnegative();
const cellSchema = z.object({
  id: z.string(),
  name: z.string(),
  method: z.enum(['linear', 'fine-tune']),
  handling: z.string(),
  level: z.number(),
  repeat: count,
  trainingImages: count,
  trainingPatients: count,
  seconds: z.number(),
  findings: z.array(z.object({ finding: z.string(), positives: count, negatives: count, auroc: z.number().nullable(), auprc: z.number().nullable(), balancedAccuracy: z.number().nullable() })),
});

/** One finished cell, a line of `cells.jsonl`. */
export type Cell = z.output<typeof cellSchema>;

/** The finished cells of an experiment, on disk. */
export interface CellStore {
  find(key: CellKey): Cell | undefined;
  /** Keeps a cell: its predictions first, and its line last, so that a line is of a whole cell. */
  add(key: CellKey, cell: Omit<Cell, 'id'>, logits: readonly (Float64Array | null)[]): Promise<void>;
  /** The log odds of the test images, one column a finding in the cell's order; null for a finding that could not be trained. */
  readLogits(cell: Cell): Promise<(Float32Array | null)[]>;
  close(): void;
}

/**
 * Opens an experiment's folder, new or to go on.
 *
 * @param folder The folder; made if need be.
 * @param basis What all cells share, such as data and splits.
 * @throws {UsageError} If the folder holds something else, or an experiment on another basis.
 */
export async function openCells(folder: string, basis: Readonly<Record<string, unknown>>): Promise<CellStore> {
  const lines = await openCellLines(folder, { basis, shared: 'images, labels, splits and seed', schema: cellSchema });
  await mkdir(join(folder, 'predictions'), { recursive: true });
  const path = (id: string): string => join(folder, 'predictions', `${id}.npy`);
  return {
    find: (key) => lines.find(identify(key)),
    async add(key, cell, logits) {
      const id = identify(key);
      const length = logits.find((column) => column !== null)?.length ?? 0;
      const data = Float32Array.from(logits.flatMap((column) => Array.from(column ?? new Float64Array(length).fill(NaN))));
      await atomicWrite(path(id), encodeNpy({ dtype: 'F32', shape: [logits.length, length], data }));
      lines.append({ id, ...cell });
    },
    async readLogits({ id, findings }) {
      const { shape, data } = decodeNpy(await readFile(path(id)).catch((error: Error) => {
        throw new InputError(`Cannot read the predictions of a cell: ${error.message}`, { cause: error });
      }));
      const [rows = 0, length = 0] = shape;
      if (shape.length !== 2 || rows !== findings.length || !(data instanceof Float32Array)) throw new InputError(`Cannot read the predictions ${path(id)} as they must be of ${findings.length} findings: delete the folder to begin anew`);
      return findings.map((_, row) => {
        const column = data.slice(row * length, (row + 1) * length);
        return length === 0 || Number.isNaN(column[0]) ? null : column;
      });
    },
    close: () => lines.close(),
  };
}

function identify(key: CellKey): string {
  return createHash('sha256').update(JSON.stringify([key.encoder, key.method, key.handling, key.level, key.repeat, key.findings, Object.entries(key.settings).sort()])).digest('hex').slice(0, 20);
}
