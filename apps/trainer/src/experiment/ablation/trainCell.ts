import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandContext } from '../../commands/command.ts';
import { FREE_ON_RESUME, pretrainOptions, type PretrainOptions } from '../../options/pretrainOptions.ts';
import { resolveOptions } from '../../options/resolveOptions.ts';
import { ratesOf } from '../../run/optimizerOf.ts';
import { pretrainRun } from '../../run/pretrainRun.ts';
import { resumeRun } from '../../run/resumeRun.ts';
import { cellId, type Cell } from './expandGrid.ts';
import type { Grid } from './grid.ts';

/** Where a cell's run stands, and what decides how it is trained. */
export interface CellPlan {
  readonly cell: Cell;
  readonly folder: string;
  readonly options: PretrainOptions;
}

/** Options that say where and how fast a cell is computed, and not what comes out; they are no part of its row. */
const ELSEWHERE: ReadonlySet<string> = new Set([...FREE_ON_RESUME, 'labels', 'out', 'resume', 'init', 'onBadFile', 'seed']);

/**
 * Checks a cell's options, before anything is trained.
 *
 * @param host Options of the command that go for every cell: the data, the backend, threads.
 * @throws {UsageError} If an option is none of `pretrain`'s, or out of its range.
 */
export function planCell(cell: Cell, { pretrain, records }: Pick<Grid, 'pretrain' | 'records'>, out: string, host: Readonly<Record<string, unknown>>): CellPlan {
  const folder = join(out, 'cells', cellId(cell));
  const { labelColumn: _, ...images } = records; // what findings an image has does not decide whether it is trained on
  const init = cell.init === undefined ? {} : { init: join(out, 'cells', cellId({ name: cell.init, seed: cell.seed })) };
  const given = { cache: join(out, 'cache'), ...images, ...pretrain, ...cell.options, ...init, ...host, seed: cell.seed, out: folder };
  return { cell, folder, options: resolveOptions(`train the cell ${cell.name}`, pretrainOptions, {}, given) };
}

/** What decides what comes out of a cell, for its row; null for an encoder that is not trained. */
export function decisive({ cell, options }: CellPlan): Record<string, unknown> | null {
  if (cell.options === undefined) return null;
  return Object.fromEntries(Object.entries({ ...options, ...ratesOf(options) }).filter(([name, value]) => !ELSEWHERE.has(name) && value !== undefined));
}

/**
 * Trains a cell, or goes on where it was interrupted; nothing is done for a finished one.
 *
 * @throws {Interrupted} If the signal asked to stop; a checkpoint was saved.
 */
export async function trainCell({ folder, options }: CellPlan, context: CommandContext, signal: AbortSignal): Promise<void> {
  const { out: _out, resume: _resume, ...given } = options;
  if (existsSync(join(folder, 'config.json'))) await resumeRun(folder, { ...context, given: withoutDefaults(given) }, signal);
  else await pretrainRun(options, { ...context, given }, signal);
}

/** A run's config has what was left to the program filled in: only what the grid says is held against it. */
function withoutDefaults(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
