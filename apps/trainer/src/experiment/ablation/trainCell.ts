import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandContext } from '../../commands/command.ts';
import { FREE_ON_RESUME, pretrainOptions, type PretrainOptions } from '../../options/pretrainOptions.ts';
import { resolveOptions } from '../../options/resolveOptions.ts';
import { ratesOf } from '../../run/optimizerOf.ts';
import { pretrainRun } from '../../run/pretrainRun.ts';
import { resumeRun } from '../../run/resumeRun.ts';
import type { CellRow } from './cellRow.ts';
import { cellId, type Cell } from './expandGrid.ts';
import type { Grid } from './grid.ts';

/** Where a cell's run stands, and what decides how it is trained. */
export interface CellPlan {
  readonly cell: Cell;
  readonly folder: string;
  readonly options: PretrainOptions;
  /** What decides over its row. */
  readonly basis: CellRow['basis'];
}

/** Options that say where and how fast a cell is computed, and not what comes out; they are no part of its row. */
const ELSEWHERE: ReadonlySet<string> = new Set([...FREE_ON_RESUME, 'labels', 'out', 'resume', 'onBadFile', 'seed']);

/**
 * Checks a cell's options, before anything is trained.
 *
 * @param host Where runs go, and options of the command that go for every cell: the data, the backend, threads.
 * @throws {UsageError} If an option is none of `pretrain`'s, or out of its range.
 */
export function planCell(cell: Cell, { pretrain, ...grid }: Grid, { out, samples, ...host }: { readonly out: string; readonly samples: number } & Readonly<Record<string, unknown>>): CellPlan {
  const folder = join(out, 'cells', cellId(cell));
  const { labelColumn: _, ...images } = grid.records; // what findings an image has does not decide whether it is trained on
  const init = cell.init === undefined ? {} : { init: join(out, 'cells', cellId({ name: cell.init, seed: cell.seed })) };
  const given = { cache: join(out, 'cache'), ...images, ...pretrain, ...cell.options, ...init, ...host, seed: cell.seed, out: folder };
  const options = resolveOptions(`train the cell ${cell.name}`, pretrainOptions, {}, given);
  const { records, tasks, fractions, draws, methods, neighbours } = grid;
  return { cell, folder, options, basis: { ...decisive(cell, options), judgedBy: { records, tasks, fractions, draws, methods, neighbours, samples } } };
}

/** What decides over an encoder that is not trained, beside its seed. */
const OF_THE_SHAPE: ReadonlySet<string> = new Set(['arch', 'width', 'imageSize', 'clipPercentile', 'aspect']);

/** The options that decide over a cell's encoder. It begins with the cell or the checkpoint that the grid names. */
function decisive(cell: Cell, options: PretrainOptions): Record<string, unknown> {
  const all = { ...options, ...ratesOf(options), init: cell.init ?? options.init };
  return Object.fromEntries(Object.entries(all).filter(([name, value]) => value !== undefined && (cell.random ? OF_THE_SHAPE.has(name) : !ELSEWHERE.has(name))));
}

/**
 * Trains a cell, or goes on where it was interrupted; nothing is done for a finished one.
 *
 * @throws {Interrupted} If the signal asked to stop; a checkpoint was saved.
 */
export async function trainCell({ folder, options }: CellPlan, context: CommandContext, signal: AbortSignal): Promise<void> {
  const { out: _out, resume: _resume, ...given } = options;
  if (existsSync(join(folder, 'config.json'))) await resumeRun(folder, { ...context, given: definedOf(given) }, signal);
  else await pretrainRun(options, { ...context, given }, signal);
}

/** A run's config has what was left to the program filled in: only what the grid says is held against it. */
function definedOf(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
