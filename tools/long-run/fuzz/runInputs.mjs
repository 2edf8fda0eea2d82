import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What one input may take: seconds of processor time, and bytes by which the process grows. */
export const LIMITS = { seconds: 2, growth: 512 * 2 ** 20 };
/** A process that waits is ended after 30 seconds: by how often this one came to look, since a machine may put both to sleep. */
const LOOK_EVERY = 100;
const LOOKS = 300;
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
      running.looks++;
      const known = now && running.usage;
      const [seconds, growth] = [known ? now.seconds - running.usage.seconds : (running.looks * LOOK_EVERY) / 1000, known ? now.resident - running.usage.resident : 0];
      if (seconds <= LIMITS.seconds && growth <= LIMITS.growth && running.looks <= LOOKS) return;
      ended = { index: running.index, outcome: 'wrong', reason: `was ended after ${seconds.toFixed(1)} s of work and ${running.looks} looks, grown by ${growth >> 20} MB`, seconds, growth, passed: true };
      child.kill('SIGKILL');
    }, LOOK_EVERY);
    child.on('message', ({ start, done, tired, failure, ...result }) => {
      if (ended) return;
      if (failure) {
        ended = 'finished';
        child.kill('SIGKILL');
        return reject(new Error(`Cannot make an input: ${failure}`));
      }
      if (start !== undefined) return void (running = { index: start, looks: 0, usage: usage(child.pid) });
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

/** Processor time and resident memory of a process, where the system tells; elsewhere the looks are counted. */
function usage(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    return { seconds: (Number(fields[11]) + Number(fields[12])) / 100, resident: Number(fields[21]) * 4096 };
  } catch {
    return undefined;
  }
}
