// Three hundred steps of `cxr-ifa bench --parity` in each place: after the tenth neither tensors nor bytes of the device may grow, and the first ten losses are held against simd's.
// usage: node tools/long-run/parity-steps.mjs [STEPS] [PLACE ...]     (after npm run build; writes parity-steps.json beside itself; places that are not named keep their rows)
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [steps = '300', ...named] = process.argv.slice(2);
const places = named.length > 0 ? named : ['simd', 'webgpu', 'deno', 'chromium', 'node'];
const output = fileURLToPath(new URL('parity-steps.json', import.meta.url));
const program = fileURLToPath(new URL('../../apps/trainer/bin/cxr-ifa.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-parity-'));
const environment = { ...process.env, PATH: `${fileURLToPath(new URL('../../node_modules/.bin', import.meta.url))}:${process.env.PATH}` }; // Deno's

/** What the command found, whether it was content with it or not: its own table says why it was not. */
function takeSteps(place) {
  const file = join(folder, `${place}.json`);
  try {
    execFileSync(process.execPath, [program, 'bench', '--parity', '--on', place, '--steps', steps, '--out', file], { stdio: 'inherit', env: environment });
  } catch (error) {
    if (!existsSync(file)) throw error;
  }
  return JSON.parse(readFileSync(file, 'utf8')).outcomes[0];
}

let failed = false;
for (const place of places) {
  const { problem, what, losses, holdings } = takeSteps(place);
  const row = { place, date: new Date().toISOString().slice(0, 10), cpu: cpus()[0].model, node: process.version, steps: Number(steps), ...(problem ? { problem } : { what, firstLosses: losses.slice(0, 10), lastLoss: losses.at(-1), finite: losses.every(Number.isFinite), holdings }) };
  const kept = existsSync(output) ? JSON.parse(readFileSync(output, 'utf8')).rows.filter((old) => old.place !== place) : []; // read now: another may have written meanwhile
  const rows = [...kept, row];
  const reference = rows.find((one) => one.place === 'simd')?.firstLosses;
  for (const one of rows) if (reference && one.firstLosses) one.differenceFromSimd = Math.max(...one.firstLosses.map((loss, index) => Math.abs(loss - reference[index]) / reference[index]));
  if (!problem) row.grew = { tensors: holdings.at(-1).tensors - holdings[0].tensors, ...(holdings[0].deviceBytes !== undefined && { deviceBytes: holdings.at(-1).deviceBytes - holdings[0].deviceBytes }) };
  failed ||= problem !== undefined || !row.finite || Object.values(row.grew).some((growth) => growth > 0);
  writeFileSync(output, `${JSON.stringify({ rows }, null, 1)}\n`);
}
rmSync(folder, { recursive: true, force: true });
process.exitCode = failed ? 1 : 0;
