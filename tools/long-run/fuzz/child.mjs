// Runs inputs one after another in a process of its own, and says before each that it starts and after each what came of it.
// The parent sends `{ kind, seed, from, to }`, or `{ kind, input }` to run one input that it made itself.
import { createRng } from '@cxr-ifa/tensor';
import { writeFileSync } from 'node:fs';
import { makeInput } from './makeInput.mjs';
import { runInput } from './runInput.mjs';
import { ownSeeds, realSeeds } from './seeds.mjs';

/** Garbage of earlier inputs is not to be taken for this one's need. */
const GARBAGE = 2 ** 26;
const tell = (message) => new Promise((resolve, reject) => process.send(message, (error) => (error ? reject(error) : resolve())));
const peak = () => process.resourceUsage().maxRSS * 1024;

let stray;
process.on('unhandledRejection', (error) => (stray = error));
process.on('disconnect', () => process.exit());
process.on('message', (work) => {
  // A fault of the mutators is none of the code under test: it ends the run
  run(work).then(
    () => tell({ done: true }),
    (error) => tell({ failure: error.stack }),
  );
});

async function run({ kind, seed, from, to, input }) {
  const own = ownSeeds(kind);
  if (kind === 'dicom') await warmUp(own);
  if (input) return measure(kind, 0, { ...input, bytes: Uint8Array.from(Buffer.from(input.bytes, 'base64')) });
  const seeds = { own, real: realSeeds(kind) };
  for (let index = from; index < to; index++) await measure(kind, index, makeInput(kind, seeds, createRng(seed).fork('fuzz', kind, index)));
}

/** Loads the codecs, which come on first need: that is no input's doing. */
async function warmUp(files) {
  for (const { bytes } of files) await runInput('dicom', { bytes: Uint8Array.from(bytes()) });
}

async function measure(kind, index, input) {
  const { rss, arrayBuffers } = process.memoryUsage();
  if (arrayBuffers > GARBAGE || rss > 4 * GARBAGE) globalThis.gc();
  resetPeak();
  const [resident, earlierPeak, cpu] = [process.memoryUsage.rss(), peak(), process.cpuUsage()];
  await tell({ start: index });
  const result = await runInput(kind, input);
  await new Promise(setImmediate); // a rejection that nobody awaits is known only now
  const { user, system } = process.cpuUsage(cpu);
  // Below an earlier peak the highest memory is not known, so the earlier one stands for it
  const growth = Math.max(peak(), earlierPeak) - resident;
  if (stray !== undefined) Object.assign(result, { outcome: 'wrong', reason: `leaves a rejection unhandled: ${stray?.stack ?? stray}` });
  stray = undefined;
  await tell({ index, ...result, size: input.bytes.length, seconds: (user + system) / 1e6, growth, tired: earlierPeak - resident > 2 * GARBAGE });
}

/** Sets the process's peak back to what it has now, where the system lets it. */
function resetPeak() {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // elsewhere than on Linux a tired process is replaced instead
  }
}
