import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a run of the program ended. */
export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running program. */
export interface RunningCli {
  readonly ended: Promise<CliResult>;
  kill(signal: NodeJS.Signals): void;
}

const BIN = fileURLToPath(new URL('../../bin/cxr-ifa.js', import.meta.url));

/** Starts the built program, as a user's shell does. */
export function startCli(args: readonly string[], cwd: string): RunningCli {
  const child = spawn(process.execPath, [BIN, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { ended, kill: (signal) => void child.kill(signal) };
}

/** Runs the built program to its end. */
export function runCli(args: readonly string[], cwd: string): Promise<CliResult> {
  return startCli(args, cwd).ended;
}
