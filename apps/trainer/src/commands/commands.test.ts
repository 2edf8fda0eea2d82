import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Terminal } from '../terminal.ts';
import { flagOf } from '../options/option.ts';
import { addCommand } from './addCommand.ts';
import type { CommandDefinition, CommandGroup } from './command.ts';
import { commands } from './commands.ts';

const terminal: Terminal = { print: () => undefined, progress: () => ({ update: () => undefined, finish: () => undefined }) };

/** Runs a command line as far as the command itself, and returns what the command would be given. */
async function parse(line: string): Promise<unknown> {
  let given: unknown;
  const record = (definition: CommandDefinition | CommandGroup): CommandDefinition | CommandGroup =>
    'commands' in definition ? { ...definition, commands: definition.commands.map((member) => record(member) as CommandDefinition) } : { ...definition, run: async (options) => void (given = options) };
  const program = new Command('cxr-ifa').exitOverride().configureOutput({ writeErr: () => undefined });
  for (const command of commands) addCommand(program, record(command), { terminal, commandLine: [] });
  const [name, ...words] = line.split(/\s+/);
  expect(name).toBe('cxr-ifa');
  await program.parseAsync(words, { from: 'user' });
  return given;
}

const leaves = (definition: CommandDefinition | CommandGroup): readonly CommandDefinition[] => ('commands' in definition ? definition.commands : [definition]);
const examples = commands.flatMap(leaves).flatMap((command) => command.examples.map(([line]) => line));
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const documented = [...readme.matchAll(/^(?:npx )?(cxr-ifa (?:.*\\\n)*.*)/gm)].map((match) => (match[1] as string).replaceAll(/\\\n\s*/g, '').replace(/ *#.*$/, ''));

describe('examples', () => {
  it.each([...new Set([...examples, ...documented])])('%s', async (line) => {
    expect(await parse(line)).toBeTypeOf('object');
  });

  it('have no flag that begins with --no-, which commander takes for a switch that is turned off', () => {
    for (const { options } of commands.flatMap(leaves)) expect(Object.keys(options).map(flagOf).filter((flag) => flag.startsWith('--no-'))).toEqual([]);
  });

  it('are there for every command, in the help and in the README', () => {
    for (const command of commands) {
      for (const leaf of leaves(command)) expect(leaf.examples.length, leaf.name).toBeGreaterThan(0);
      expect(readme, command.name).toContain(`cxr-ifa ${command.name}`);
    }
  });
});
