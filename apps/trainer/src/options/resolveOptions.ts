import { UsageError } from '../usageError.ts';
import { flagOf, type OptionTable, type OptionValues } from './option.ts';

/**
 * Checks and completes a command's options: flags go before the config file, and both before the defaults.
 *
 * @param action What cannot be done if an option is wrong, as in "Cannot `action`".
 * @param table The command's options.
 * @param flags What the command line gave, by option name.
 * @param file What the config file says, by option name.
 * @returns Every option's value.
 * @throws {UsageError} If a value does not fit, a necessary one is missing, or the config file has a name that is none of the options.
 */
export function resolveOptions<Table extends OptionTable>(action: string, table: Table, flags: Readonly<Record<string, unknown>>, file: Readonly<Record<string, unknown>> = {}): OptionValues<Table> {
  for (const name of Object.keys(file)) {
    if (!Object.hasOwn(table, name)) throw new UsageError(`Cannot ${action} as the config file has an unknown name ${name}: its names are ${Object.keys(table).join(', ')}`);
  }
  const values = Object.entries(table).map(([name, { schema, value }]) => {
    const given = flags[name] ?? file[name] ?? undefined; // a null in a config file is as good as nothing
    const result = schema.safeParse(given);
    if (result.success) return [name, result.data];
    if (given === undefined) throw new UsageError(`Cannot ${action} without ${flagOf(name)}: give ${flagOf(name)}${value ? ` ${value}` : ''}`);
    throw new UsageError(`Cannot ${action} as ${flagOf(name)} must be ${result.error.issues[0]?.message}: current value is ${typeof given === 'object' ? JSON.stringify(given) : String(given)}`);
  });
  return Object.fromEntries(values) as OptionValues<Table>;
}
