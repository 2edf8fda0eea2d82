import { Command, Option as Flag } from 'commander';
import { flagOf, type Option } from '../options/option.ts';
import { readConfigFile } from '../options/readConfigFile.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import type { Terminal } from '../terminal.ts';
import type { CommandDefinition, CommandGroup } from './command.ts';

/** What the program gives to every command. */
export interface Host {
  readonly terminal: Terminal;
  readonly commandLine: readonly string[];
}

/** Adds a command, or a group of them, to the program: its flags, its help with defaults and examples, and how it runs. */
export function addCommand(parent: Command, definition: CommandDefinition | CommandGroup, host: Host): void {
  const command = parent.command(definition.name).description(definition.summary).helpCommand(false).allowExcessArguments(false);
  if ('commands' in definition) {
    for (const member of definition.commands) addCommand(command, member, host);
    return;
  }
  const path = `${parent.parent ? `${parent.name()} ` : ''}${definition.name}`;
  if (definition.operands) command.argument(definition.operands);
  for (const [name, option] of Object.entries(definition.options)) command.addOption(toFlag(name, option));
  command.option('--config <file>', 'read options from a .json or .yaml file, such as a run\'s config.json; flags go before it');
  command.addHelpText('after', ['', 'Examples:', ...definition.examples.flatMap(([line, what]) => [`  ${line}`, `      ${what}`])].join('\n'));
  command.action(async () => {
    const { config, ...flags } = command.opts<Record<string, unknown>>();
    const file = config === undefined ? {} : await readConfigFile(config as string);
    const options = resolveOptions(`run ${path}`, definition.options, flags, file);
    await definition.run(options, { terminal: host.terminal, given: { ...file, ...flags }, operands: command.args, commandLine: host.commandLine });
  });
}

/** A default as it would be typed: `train=0.7,val=0.3` for an object. */
function asGiven(value: unknown): string {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value).map(([name, share]) => `${name}=${share}`).join(',') : String(value);
}

function toFlag(name: string, { description, schema, value, repeatable }: Option): Flag {
  const absent = schema.safeParse(undefined); // what an absent option comes to is its default
  const note = !absent.success ? ' (required)' : absent.data === undefined || absent.data === false || (Array.isArray(absent.data) && absent.data.length === 0) ? '' : ` (default: ${asGiven(absent.data)})`;
  const flag = new Flag(`${flagOf(name)}${value ? ` ${value}` : ''}`, `${description}${note}`);
  if (repeatable) flag.argParser((next: string, previous: string[] | undefined) => [...(previous ?? []), next]);
  return flag;
}
