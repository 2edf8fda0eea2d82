import { InputError } from '@cxr-ifa/tensor';
import { selectLabelled, type LabelledSelection } from '../../classify/selectLabelled.ts';
import { prepareRecords, type PrepareRecordsOptions } from '../../encode/prepareRecords.ts';
import type { ImageCache } from '../../input/imageCache.ts';
import { joinSelections } from '../../input/joinSelections.ts';
import { resolveOptions } from '../../options/resolveOptions.ts';
import { taskOptions } from '../../options/taskOptions.ts';
import type { Grid } from './grid.ts';

/** What encoders are judged by, with labels read. */
export interface LabelledTask {
  readonly name: string;
  readonly fractions: readonly number[];
  readonly labelled: LabelledSelection;
}

/** All images of all tasks, made ready once. */
export interface PreparedTasks {
  readonly tasks: readonly LabelledTask[];
  readonly cache: ImageCache;
  /** Where an image is in the cache, by its path. */
  readonly indexOf: ReadonlyMap<string, number>;
}

/** Splits of a task without any are drawn with this seed, the same in every cell. */
const SPLIT_SEED = 1;

/**
 * Reads the labels of a grid's tasks, before anything is trained.
 *
 * @throws {InputError} If labels cannot be read, a finding is unknown or a split is empty.
 * @throws {UsageError} If a task's options do not fit.
 */
export async function labelTasks({ tasks, records, fractions }: Pick<Grid, 'tasks' | 'records' | 'fractions'>, data: string): Promise<LabelledTask[]> {
  const labelled: LabelledTask[] = [];
  for (const { name, fractions: own = fractions, ...options } of tasks) {
    const resolved = resolveOptions(`judge by the task ${name}`, taskOptions, { data }, { ...records, ...options });
    labelled.push({ name, fractions: own, labelled: await selectLabelled({ ...resolved, uncertain: resolved.labelPolicy, blank: resolved.blankLabels, seed: SPLIT_SEED }) });
  }
  return labelled;
}

/** Prepares the tasks' images; a task keeps the records whose image could be read. */
export async function prepareTasks(tasks: readonly LabelledTask[], options: PrepareRecordsOptions): Promise<PreparedTasks> {
  const roots = new Set(tasks.map(({ labelled }) => labelled.selection.root));
  if (roots.size !== 1) throw new InputError(`Cannot judge by these tasks as all must take images of one folder: current folders are ${[...roots].join(', ')}`);
  const joined = joinSelections(tasks.map(({ labelled }) => labelled.selection));
  const distinct = [...new Map(joined.records.map((record) => [record.path, record])).values()];
  const { cache, selection, indices } = await prepareRecords({ ...joined, records: distinct, root: [...roots][0] as string }, options);
  const indexOf = new Map(selection.records.map(({ path }, row) => [path, indices[row] as number]));
  const kept = tasks.map(({ labelled, ...task }) => ({ ...task, labelled: { ...labelled, selection: { ...labelled.selection, records: labelled.selection.records.filter(({ path }) => indexOf.has(path)) } } }));
  return { tasks: kept, cache, indexOf };
}
