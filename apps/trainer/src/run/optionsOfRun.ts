import { flagOf, type OptionTable, type OptionValues } from '../options/option.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import { UsageError } from '../usageError.ts';
import { readRunFile } from './runDirectory.ts';

/**
 * The options that a run is resumed with: those that it was begun with, and of those that may be otherwise what is given now.
 *
 * @param folder The run.
 * @param given The options that were given now, unchecked.
 * @param table The command's options, and the names of those that are `free`.
 * @throws {InputError} If the folder is no run.
 * @throws {UsageError} If another option was given than the run was begun with.
 */
export async function optionsOfRun<Table extends OptionTable>(folder: string, given: Readonly<Record<string, unknown>>, { table, free }: { readonly table: Table; readonly free: ReadonlySet<string> }): Promise<OptionValues<Table>> {
  const action = `resume ${folder}`;
  const config = await readRunFile(folder, 'config.json');
  const { resume: _, ...flags } = given;
  const begun: Readonly<Record<string, unknown>> = resolveOptions(action, table, {}, config);
  const now = resolveOptions(action, table, flags, config);
  for (const name of Object.keys(flags)) {
    if (free.has(name) || JSON.stringify(now[name]) === JSON.stringify(begun[name])) continue;
    throw new UsageError(`Cannot ${action} with ${flagOf(name)} ${String(flags[name])} as it was begun ${begun[name] === undefined ? 'without it' : `with ${String(begun[name])}`}: leave it out, or begin another run`);
  }
  return now;
}
