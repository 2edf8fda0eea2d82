import { flagOf, type OptionTable, type OptionValues } from '../options/option.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import { UsageError } from '../usageError.ts';
import { readRunFile } from './runDirectory.ts';

/**
 * The options that a run was begun with, and those that may be otherwise as they are given now.
 *
 * @param table The command's options.
 * @param free Those that may be otherwise.
 * @throws {InputError} If the folder is no run.
 * @throws {UsageError} If an option was given that the run was not begun with.
 */
export async function resumedOptions<Table extends OptionTable>(folder: string, given: Readonly<Record<string, unknown>>, table: Table, free: ReadonlySet<string>): Promise<OptionValues<Table>> {
  const config = await readRunFile(folder, 'config.json');
  const { resume: _, ...flags } = given;
  const action = `resume ${folder}`;
  const begun: Readonly<Record<string, unknown>> = resolveOptions(action, table, {}, config);
  const now = resolveOptions(action, table, flags, config);
  for (const name of Object.keys(flags)) {
    if (free.has(name) || JSON.stringify((now as Readonly<Record<string, unknown>>)[name]) === JSON.stringify(begun[name])) continue;
    throw new UsageError(`Cannot ${action} with ${flagOf(name)} ${String(flags[name])} as it was begun ${begun[name] === undefined ? 'without it' : `with ${String(begun[name])}`}: leave it out, or begin another run`);
  }
  return now;
}
