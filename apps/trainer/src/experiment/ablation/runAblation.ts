import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createRng, disposeTensors } from '@cxr-ifa/tensor';
import { selectBackend } from '../../backend/selectBackend.ts';
import { findLeak, NO_LEAK, type Leak } from '../../classify/findLeak.ts';
import type { CommandContext } from '../../commands/command.ts';
import { openEncoder, type OpenedEncoder } from '../../encode/openEncoder.ts';
import { settleStatistics } from '../../encode/settleStatistics.ts';
import { createWorkerPool } from '../../input/workerPool.ts';
import type { AblationOptions } from '../../options/ablationOptions.ts';
import { readMetricsLog } from '../../report/readMetricsLog.ts';
import { preprocessingOf } from '../../run/trainer.ts';
import { UsageError } from '../../usageError.ts';
import { describeMachine } from '../../run/describeMachine.ts';
import { Interrupted } from '../../run/interruption.ts';
import { readRunFile } from '../../run/runDirectory.ts';
import { readTrainedImages } from '../../run/trainedImages.ts';
import { CONFIDENCE, evaluateCell } from './evaluateCell.ts';
import { cellId, expandGrid, type Cell } from './expandGrid.ts';
import { readGrid, type Grid } from './grid.ts';
import { writeCellPredictions } from './cellPredictions.ts';
import { readCellRow, writeCellRow } from './cellRow.ts';
import { judgeEncoder } from './judgeEncoder.ts';
import { labelTasks, prepareTasks, type PreparedTasks } from './prepareTasks.ts';
import { planCell, trainCell, type CellPlan } from './trainCell.ts';
import { writeAblationTable } from './writeAblationTable.ts';

/**
 * Trains and judges every cell of a grid, one after another, and writes a row for each that is finished. Run again, it goes on where it was interrupted:
 * finished cells are skipped, and a run goes on exactly from its last checkpoint. The table is of the cells that are finished so far.
 *
 * @throws {UsageError} If the grid or its options are wrong: before anything is trained.
 * @throws {InputError} If images, labels or the backend cannot be used, or rows are there of another grid.
 * @throws {Interrupted} If the signal asked to stop.
 */
export async function runAblation(options: AblationOptions, context: CommandContext, signal: AbortSignal): Promise<void> {
  const { terminal } = context;
  const { out, data } = options;
  const rowsFolder = options.rows ?? join(out, 'rows');
  const grid = await readGrid(options.grid);
  const host = { out, samples: options.samples, data, backend: options.backend, workers: options.workers, onBadFile: options.onBadFile, ...(options.threads !== undefined && { threads: options.threads }) };
  const plans = expandGrid(grid).map((cell) => planCell(cell, grid, host));
  const tasks = await labelTasks(grid, data);
  await mkdir(rowsFolder, { recursive: true });
  const finished = await Promise.all(plans.map((plan) => readCellRow(rowsFolder, plan.cell, plan.basis)));
  for (const name of options.cells) if (!plans.some(({ cell }) => cell.name === name)) throw new UsageError(`Cannot run the cell ${name} as the grid has none of that name`);
  const wanted = ({ name, seed }: Cell): boolean => (options.cells.length === 0 || options.cells.includes(name)) && (options.seeds.length === 0 || options.seeds.includes(seed));
  const open = plans.filter(({ cell }, index) => finished[index] === undefined && wanted(cell));
  terminal.print(`${plans.length} cells, ${finished.filter((row) => row !== undefined).length} finished before, ${open.length} to do`);

  const preparedAs = new Map<string, PreparedTasks>(); // cells may differ in the size of their images
  for (const [index, plan] of open.entries()) {
    terminal.print(`Cell ${cellId(plan.cell)} (${index + 1} of ${open.length})`);
    if (!plan.cell.random) await trainCell(plan, context, signal);
    await selectBackend(options.backend, options);
    const pool = createWorkerPool(options.workers);
    try {
      const preprocessing = preprocessingOf(plan.options);
      const key = JSON.stringify(preprocessing);
      const prepared = preparedAs.get(key) ?? (await prepareTasks(tasks, { preprocessing, cache: join(out, 'cache'), folder: out, onBadFile: options.onBadFile, pool, terminal, signal }));
      preparedAs.set(key, prepared);
      await judgeCell(plan, prepared, grid, { ...options, rowsFolder }, context, signal);
    } finally {
      await pool.close();
    }
    await writeAblationTable(plans, { ...options, grid, rowsFolder, terminal });
  }
  if (open.length === 0) await writeAblationTable(plans, { ...options, grid, rowsFolder, terminal });
}

async function judgeCell(plan: CellPlan, prepared: PreparedTasks, grid: Grid, { samples, batchSize, rowsFolder }: Pick<AblationOptions, 'samples' | 'batchSize'> & { readonly rowsFolder: string }, { terminal, given }: CommandContext, signal: AbortSignal): Promise<void> {
  const { cell, folder, options } = plan;
  let opened: OpenedEncoder | undefined;
  try {
    const trained = !cell.random;
    opened = await openEncoder({ ...options, init: trained ? folder : 'random' }, given);
    opened = await settleStatistics(opened, trainingIndices(prepared), { cache: prepared.cache, batchSize, terminal, rng: createRng(cell.seed) });
    const predictions = await judgeEncoder(opened, prepared, { ...grid, batchSize, terminal, signal });
    if (predictions === undefined) throw new Interrupted(`Interrupted while ${cellId(cell)} was judged; the same command goes on`);
    await mkdir(folder, { recursive: true });
    await writeCellPredictions(folder, predictions);
    await writeCellRow(rowsFolder, {
      name: cell.name,
      seed: cell.seed,
      date: new Date().toISOString().slice(0, 10),
      machine: describeMachine(),
      random: cell.random,
      basis: plan.basis,
      dataHash: trained ? await dataHashOf(folder) : null,
      splitHashes: Object.fromEntries(predictions.map(({ task, splitHash }) => [task, splitHash])),
      leak: trained ? leakOf(prepared, await readTrainedImages(folder)) : { ...NO_LEAK },
      training: trained ? ((await readMetricsLog(folder)).at(-1) ?? null) : null,
      bootstrap: { unit: 'patient and draw', samples, confidence: CONFIDENCE },
      results: evaluateCell(predictions, samples).map(({ draws, ...result }) => ({ ...result, draws: [...draws] })),
    });
  } finally {
    if (opened) disposeTensors(opened.parameters, opened.statistics);
  }
}

/** The training images of all tasks, each once. */
function trainingIndices({ tasks, indexOf }: PreparedTasks): number[] {
  const paths = tasks.flatMap(({ labelled }) => labelled.selection.records.filter(({ split }) => split === 'train').map(({ path }) => path));
  return [...new Set(paths)].map((path) => indexOf.get(path) as number);
}

/** Over the test images of all tasks. */
function leakOf({ tasks, cache, indexOf }: PreparedTasks, trained: Awaited<ReturnType<typeof readTrainedImages>>): Leak | null {
  const records = [...new Map(tasks.flatMap(({ labelled }) => labelled.selection.records).map((record) => [`${record.path} ${record.split}`, record])).values()];
  const selection = { records, findings: [], total: records.length, dropped: [], root: '' };
  return findLeak({ selection, cache, indices: records.map(({ path }) => indexOf.get(path) as number) }, trained);
}

async function dataHashOf(folder: string): Promise<string | null> {
  const card = await readRunFile(folder, 'run-card.json');
  const { hash } = (card['data'] ?? {}) as { hash?: string };
  return hash ?? null;
}
