import { backendOptions } from './backendOptions.ts';
import { integer, names, numbers, text, type OptionValues } from './option.ts';
import { pretrainOptions } from './pretrainOptions.ts';
import { recordOptions } from './recordOptions.ts';

/** Every option of `cxr-ifa experiment ablation`; what is trained and judged stands in the grid. */
export const ablationOptions = {
  grid: { description: 'a .json or .yaml file: pretrain (options of pretrain for all cells), cells (each with a name and options of its own; random: true, or init with the name of a cell above) or axes (options with a list of values each: every combination is a cell), seeds, records (record options), tasks (options of classify train), fractions, draws, methods, comparisons (pairs of cells); the README has one', value: '<file>', schema: text },
  data: recordOptions.data,
  out: { description: 'the folder for runs, prepared images and predictions; the same folder goes on where it was interrupted', value: '<folder>', schema: text },
  rows: { description: 'the folder for one JSON file a finished cell, and the table (default: rows in the --out folder)', value: '<folder>', schema: text.optional() },
  cells: { description: 'train and judge only these cells of the grid, such as moco,moco-ifa: to share the job among machines with one --rows folder', value: '<names>', schema: names },
  seeds: { description: 'train and judge only these seeds of the grid, such as 1,2', value: '<numbers>', schema: numbers },
  samples: { description: 'bootstrap draws of patients for the intervals', value: '<n>', schema: integer(1, 1_000_000).default(2000) },
  batchSize: { description: 'images that are encoded at once for the probes; changes no result but by rounding', value: '<n>', schema: integer(1).default(64) },
  ...backendOptions,
  workers: pretrainOptions.workers,
  onBadFile: pretrainOptions.onBadFile,
} as const;

export type AblationOptions = OptionValues<typeof ablationOptions>;
