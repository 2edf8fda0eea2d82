// The phantom experiment of detection: a pretrained against a random start, all labels and a tenth of them, three seeds. Every finished part is kept, and an unfinished one goes on: run it again.
// 1,430 phantoms, of which 1,000 are for training. The settings were tuned on phantoms of seed 1; these are of seed 2.
//
//   node tools/experiments/detection.mjs [RUNS_FOLDER] [--small]        after npm run build; --small is a rehearsal of minutes, not a result
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const small = process.argv.includes('--small');
const runs = resolve(process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? join(root, 'runs', small ? 'detection-small' : 'detection'));
const sizes = small
  ? { count: 100, size: 64, width: 8, pretraining: ['--steps', '40', '--batch-size', '16', '--queue-size', '32'], training: ['--steps', '40', '--evaluate-every', '10', '--batch-size', '8', '--channels', '16', '--depth', '1', '--fractions', '1', '--seeds', '1', '--samples', '100'] }
  : { count: 1430, size: 128, width: 16, pretraining: ['--steps', '600', '--batch-size', '32', '--queue-size', '256'], training: ['--steps', '800', '--evaluate-every', '80', '--batch-size', '8', '--channels', '32', '--depth', '2', '--learning-rate', '0.002', '--fractions', '1,0.1', '--seeds', '1,2,3'] };

/** Runs the program; `done` is what it leaves when it has ended well. */
function cxrIfa(done, ...args) {
  if (done && existsSync(done)) return;
  console.log(`cxr-ifa ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, [join(root, 'apps', 'trainer', 'bin', 'cxr-ifa.js'), ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const [phantoms, encoder] = [join(runs, 'phantoms'), join(runs, 'encoder')];
if (!existsSync(join(phantoms, 'phantom.json'))) rmSync(phantoms, { recursive: true, force: true });
cxrIfa(join(phantoms, 'phantom.json'), 'data', 'phantom', '--count', String(sizes.count), '--size', String(sizes.size), '--seed', '2', '--out', phantoms);
const images = ['--data', phantoms, '--labels', join(phantoms, 'labels.csv'), '--patient-column', 'patient', '--split-column', 'split'];
// A run that has its config goes on where it stands, and is quick to find that it has ended
if (existsSync(join(encoder, 'config.json'))) cxrIfa(undefined, 'pretrain', '--resume', encoder);
else cxrIfa(undefined, 'pretrain', ...images, '--split', 'train', '--arch', 'resnet18', '--width', String(sizes.width), '--image-size', String(sizes.size), ...sizes.pretraining, '--momentum', '0.99', '--learning-rate', '0.06', '--ifa', 'none', '--checkpoint-every', '100', '--threads', '1', '--out', encoder);
cxrIfa(undefined, 'experiment', 'detection', '--init', encoder, ...images, '--boxes', join(phantoms, 'boxes.json'), ...sizes.training, '--threads', '1', '--out', join(runs, 'runs'));
if (!small) {
  mkdirSync(join(root, 'tools', 'experiments', 'results', 'detection'), { recursive: true });
  copyFileSync(join(runs, 'runs', 'results.json'), join(root, 'tools', 'experiments', 'results', 'detection', 'phantom.json'));
}
