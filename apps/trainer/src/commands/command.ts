import type { OptionTable, OptionValues } from '../options/option.ts';
import type { Terminal } from '../terminal.ts';

/** What a command is given besides its options. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** The options that were given, unchecked: from flags and the config file, by name. */
  readonly given: Readonly<Record<string, unknown>>;
  /** The arguments that are no options, such as `report`'s runs. */
  readonly operands: readonly string[];
  /** The command line as it was typed, for the run card. */
  readonly commandLine: readonly string[];
}

/** One command: everything that the command line, its help and config files need to know of it. */
export interface CommandDefinition<Table extends OptionTable = OptionTable> {
  readonly name: string;
  /** One sentence for the help. */
  readonly summary: string;
  readonly options: Table;
  /** What follows the command besides options, in commander's notation, such as `<run...>`. */
  readonly operands?: string;
  /** Command lines for the help, each with what it does. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** Imports what it needs when it runs, so that no command waits for the code of another. */
  run(options: OptionValues<Table>, context: CommandContext): Promise<void>;
}

/** Commands under one name, such as `data inspect` and `data split`. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly CommandDefinition[];
}

/** Lets a definition's `run` know its own options' types, and forgets them so that commands fit into one list. */
export function defineCommand<Table extends OptionTable>(definition: CommandDefinition<Table>): CommandDefinition {
  return definition as unknown as CommandDefinition;
}
