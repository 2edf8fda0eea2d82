import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addCommand } from './commands/addCommand.ts';
import { commands } from './commands/commands.ts';
import { Interrupted } from './run/interruption.ts';
import { createTerminal } from './terminal.ts';
import { UsageError } from './usageError.ts';

/**
 * Runs the program and sets the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted after what there was to save was saved.
 *
 * @param args The command line after the program's name.
 */
export async function main(args: readonly string[]): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0); // whoever read us, such as `head`, has read enough
    throw error;
  });
  const terminal = createTerminal({ output: process.stdout, screen: process.stderr, now: () => performance.now() });
  const program = new Command('cxr-ifa').description(manifest.description).version(manifest.version).helpCommand(false).exitOverride();
  for (const command of commands) addCommand(program, command, { terminal, commandLine: ['cxr-ifa', ...args] });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    process.exitCode = await explain(error);
  }
}

/** Says on standard error what went wrong, in one sentence where it is the user's to mend and with a stack where it is ours; returns the exit code. */
async function explain(error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has said it already
  if (error instanceof Interrupted) {
    console.error(error.message);
    return 130;
  }
  const { message = String(error), stack, code } = error as Error & { code?: string };
  // TensorFlow.js comes with it, which help and wrong usage need not wait for
  const expected = error instanceof UsageError || message.startsWith('Cannot ') || (await import('@cxr-ifa/tensor')).isInputError(error);
  if (expected) console.error(message);
  else if (code && /^E[A-Z]+$/.test(code)) console.error(`Cannot go on as the system refused: ${message}`); // such as ENOSPC
  else console.error(`Cannot go on because of a fault in cxr-ifa itself, please report it:\n${stack ?? message}`);
  return error instanceof UsageError ? 2 : 1;
}
