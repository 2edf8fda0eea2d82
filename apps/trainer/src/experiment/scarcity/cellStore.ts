import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeNpy, encodeNpy } from '@cxr-ifa/checkpoint';
import { InputError } from '@cxr-ifa/tensor';
import { z } from 'zod';
import { atomicWrite } from '../../run/atomicWrite.ts';
import { writeJson } from '../../run/runDirectory.ts';
import { UsageError } from '../../usageError.ts';

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

const LINES = 'cells.jsonl';
const BASIS = 'experiment.json';

/**
 * Opens an experiment's folder, new or to go on.
 *
 * @param folder The folder; made if need be.
 * @param basis What all cells share, such as data and splits.
 * @throws {UsageError} If the folder holds something else, or an experiment on another basis.
 */
export async function openCells(folder: string, basis: Readonly<Record<string, unknown>>): Promise<CellStore> {
  const content = await readFile(join(folder, BASIS), 'utf8').catch(() => undefined);
  const own = JSON.stringify(basis);
  if (content === undefined) {
    const names = await readdir(folder).catch(() => []);
    if (names.some((name) => name !== 'cache' && !name.startsWith('.'))) throw new UsageError(`Cannot write to ${folder} as it must be empty, or hold an experiment to go on with: choose another --out`);
    await mkdir(join(folder, 'predictions'), { recursive: true });
    await writeJson(join(folder, BASIS), basis);
  } else if (JSON.stringify(JSON.parse(content)) !== own) {
    throw new UsageError(`Cannot go on with the experiment in ${folder} as its images, labels, splits and seed must be the same: choose another --out`);
  }
  const text = await readFile(join(folder, LINES), 'utf8').catch(() => '');
  const cells = new Map(text.split('\n').flatMap((line) => parseCell(line)).map((cell) => [cell.id, cell]));
  const file = openSync(join(folder, LINES), 'a');
  if (text !== '' && !text.endsWith('\n')) writeSync(file, '\n'); // ends a line that was torn
  const path = (id: string): string => join(folder, 'predictions', `${id}.npy`);
  return {
    find: (key) => cells.get(identify(key)),
    async add(key, cell, logits) {
      const id = identify(key);
      const length = logits.find((column) => column !== null)?.length ?? 0;
      const data = Float32Array.from(logits.flatMap((column) => Array.from(column ?? new Float64Array(length).fill(NaN))));
      await atomicWrite(path(id), encodeNpy({ dtype: 'F32', shape: [logits.length, length], data }));
      const whole = { id, ...cell };
      writeSync(file, `${JSON.stringify(whole)}\n`);
      fsyncSync(file);
      cells.set(id, whole);
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
    close: () => closeSync(file),
  };
}

function identify(key: CellKey): string {
  return createHash('sha256').update(JSON.stringify([key.encoder, key.method, key.handling, key.level, key.repeat, key.findings, Object.entries(key.settings).sort()])).digest('hex').slice(0, 20);
}

/** A line that was torn by a crash is of no cell: it is taken anew. */
function parseCell(line: string): Cell[] {
  try {
    return [cellSchema.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}
