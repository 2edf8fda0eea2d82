import { z } from 'zod';
import { readConfigFile } from '../../options/readConfigFile.ts';
import { UsageError } from '../../usageError.ts';

/** Options by name, checked where they are used. */
const options = z.record(z.string(), z.unknown());
const name = z.string().regex(/^[\w.-]+$/, { error: 'a name of letters, digits, hyphens and dots, as it becomes a folder' });
const fraction = z.number().gt(0).lte(1);

const schema = z.strictObject({
  /** Options of `cxr-ifa pretrain` that all cells share. */
  pretrain: options.default({}),
  /** The cells by name: options of `cxr-ifa pretrain` of their own. `init` may name a cell above; `random: true` is an encoder that is not trained. */
  cells: z.array(z.looseObject({ name, random: z.boolean().default(false) })).default([]),
  /** Options with several values each: every combination is a cell. */
  axes: z.record(z.string(), z.array(z.unknown()).min(1)).default({}),
  seeds: z.array(z.int().nonnegative()).min(1).default([1]),
  /** Record options that all tasks share. */
  records: options.default({}),
  /** What encoders are judged by: options of `cxr-ifa classify train`. */
  tasks: z.array(z.looseObject({ name: z.string().min(1), fractions: z.array(fraction).min(1).optional() })).min(1),
  /** Shares of the training patients whose labels are used. */
  fractions: z.array(fraction).min(1).default([1, 0.1, 0.01]),
  /** How often patients are drawn for a share below 1. */
  draws: z.int().positive().default(5),
  methods: z.array(z.enum(['linear', 'knn'])).min(1).default(['linear', 'knn']),
  /** Neighbours that vote with `knn`. */
  neighbours: z.int().positive().default(20),
  /** Pairs of cells: the table has the difference of the first to the second. */
  comparisons: z.array(z.tuple([name, name])).default([]),
});

/** An ablation as its file describes it. */
export type Grid = z.output<typeof schema>;

/**
 * Reads and checks a grid.
 *
 * @throws {UsageError} If the file cannot be read, or something in it is not as it must be: the first fault, with its place.
 */
export async function readGrid(path: string): Promise<Grid> {
  const parsed = schema.safeParse(await readConfigFile(path));
  if (parsed.success) return parsed.data;
  const { path: place = [], message } = parsed.error.issues[0] ?? {};
  throw new UsageError(`Cannot use the grid ${path} as ${place.length > 0 ? `${place.join('.')} is wrong: ` : ''}${message}`);
}
