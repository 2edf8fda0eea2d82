import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { writeJson } from '../run/runDirectory.ts';
import { UsageError } from '../usageError.ts';

/** The finished cells of an experiment, a line each in `cells.jsonl`. */
export interface CellLines<Cell> {
  find(id: string): Cell | undefined;
  /** Keeps a cell's line, synced; whatever belongs to the cell must lie there before. */
  append(cell: Cell): void;
  close(): void;
}

const LINES = 'cells.jsonl';
const BASIS = 'experiment.json';

/**
 * Opens an experiment's folder, new or to go on.
 *
 * @param folder The folder; made if need be.
 * @param options `basis` is what all cells share, `shared` what that is in words; `schema` is that of a line: one that was torn by a crash is of no cell, which is taken anew.
 * @throws {UsageError} If the folder holds something else, or an experiment on another basis.
 */
export async function openCellLines<Cell extends { readonly id: string }>(folder: string, { basis, shared, schema }: { readonly basis: Readonly<Record<string, unknown>>; readonly shared: string; readonly schema: z.ZodType<Cell> }): Promise<CellLines<Cell>> {
  const content = await readFile(join(folder, BASIS), 'utf8').catch(() => undefined);
  if (content === undefined) {
    const names = await readdir(folder).catch(() => []);
    if (names.some((name) => name !== 'cache' && !name.startsWith('.'))) throw new UsageError(`Cannot write to ${folder} as it must be empty, or hold an experiment to go on with: choose another --out`);
    await mkdir(folder, { recursive: true });
    await writeJson(join(folder, BASIS), basis);
  } else if (JSON.stringify(JSON.parse(content)) !== JSON.stringify(basis)) {
    throw new UsageError(`Cannot go on with the experiment in ${folder} as its ${shared} must be the same: choose another --out`);
  }
  const text = await readFile(join(folder, LINES), 'utf8').catch(() => '');
  const cells = new Map(text.split('\n').flatMap((line) => parseLine(line, schema)).map((cell) => [cell.id, cell]));
  const file = openSync(join(folder, LINES), 'a');
  if (text !== '' && !text.endsWith('\n')) writeSync(file, '\n'); // ends a line that was torn
  return {
    find: (id) => cells.get(id),
    append(cell) {
      writeSync(file, `${JSON.stringify(cell)}\n`);
      fsyncSync(file);
      cells.set(cell.id, cell);
    },
    close: () => closeSync(file),
  };
}

function parseLine<Cell>(line: string, schema: z.ZodType<Cell>): Cell[] {
  try {
    return [schema.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}
