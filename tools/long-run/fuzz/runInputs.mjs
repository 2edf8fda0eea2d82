import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What one input may take: seconds of processor time, and bytes by which the process grows. */
export const LIMITS = { seconds: 2, growth: 512 * 2 ** 20 };
/** A process that waits, or one on a machine with much else to do, is ended after this many seconds of the clock. */
const CLOCK_SECONDS = 30;
const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url));

/**
 * Runs inputs in processes of their own: one takes many, until it crashes, or is ended since an input takes too long or too much.
 *
 * @param {{ kind: string, seed: number, from: number, to: number } | { kind: string, input: { bytes: string, table?: string } }} work
 * @param {(result: object) => void} onResult Takes each input's result: outcome, reason, passed, size, seconds, growth.
 */
export async function runInputs(work, onResult) {
  let next = work.from;
  for (let rest = work; rest; rest = next < work.to ? { ...work, from: next } : undefined) {
    await runUntilEnd(rest, (result) => {
      next = result.index + 1;
      onResult(overLimit(result) ?? result);
    });
  }
}

/** One process, from its start until it is done or has to be replaced. */
function runUntilEnd(work, onResult) {
  return new Promise((resolve, reject) => {
    const child = fork(CHILD, { execArgv: ['--expose-gc', '--max-old-space-size=4096', ...process.execArgv.filter((argument) => argument.startsWith('--conditions'))], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let running;
    let ended;
    let complaint = '';
    child.stderr.on('data', (data) => (complaint = (complaint + data).slice(-2000)));
    const watch = setInterval(() => {
      if (!running || ended) return;
      const now = usage(child.pid);
      const clock = (performance.now() - running.clock) / 1000;
      const [seconds, growth] = [now && running.usage ? now.seconds - running.usage.seconds : clock, now && running.usage ? now.resident - running.usage.resident : 0];
      if (seconds <= LIMITS.seconds && growth <= LIMITS.growth && clock <= CLOCK_SECONDS) return;
      ended = { index: running.index, outcome: 'wrong', reason: 'was ended', seconds, growth, passed: true };
      child.kill('SIGKILL');
    }, 100);
    child.on('message', ({ start, done, tired, failure, ...result }) => {
      if (ended) return;
      if (failure) {
        ended = 'finished';
        child.kill('SIGKILL');
        return reject(new Error(`Cannot make an input: ${failure}`));
      }
      if (start !== undefined) return void (running = { index: start, clock: performance.now(), usage: usage(child.pid) });
      running = undefined;
      if (!done) onResult(result);
      if (done || tired) child.kill('SIGKILL');
      ended = ended ?? (done || tired ? 'finished' : undefined);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(watch);
      if (!ended && !running) return reject(new Error(`Cannot run inputs as their process ended by ${signal ?? code} between two of them: ${complaint}`));
      if (ended !== 'finished') onResult(ended ?? { index: running.index, outcome: 'wrong', reason: `ends the process by ${signal ?? code}: ${complaint}`, seconds: 0, growth: 0, passed: true });
      resolve();
    });
    child.send(work);
  });
}

function overLimit({ seconds, growth, ...result }) {
  const reasons = [seconds > LIMITS.seconds && `takes ${seconds.toFixed(1)} s`, growth > LIMITS.growth && `grows by ${Math.round(growth / 2 ** 20)} MB`].filter(Boolean);
  return reasons.length > 0 ? { ...result, seconds, growth, outcome: 'wrong', reason: reasons.join(', ') } : undefined;
}

/** Processor time and resident memory of a process, where the system tells; the clock stands in elsewhere. */
function usage(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    return { seconds: (Number(fields[11]) + Number(fields[12])) / 100, resident: Number(fields[21]) * 4096 };
  } catch {
    return undefined;
  }
}
