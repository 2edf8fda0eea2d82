// npm run quickstart: from a fresh clone to a report in a few minutes, on chest phantoms that are computed here.
// Installs and builds if needed, then calls the command line as anyone would; steps that are done are not done again.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'quickstart');
const cli = join(root, 'apps', 'trainer', 'bin', 'cxr-ifa.js');

const SHAPE = ['--arch', 'resnet18', '--width', '16', '--image-size', '48'];
const PHANTOMS = ['--count', '800', '--size', '64'];
const TRAINING = [...SHAPE, '--batch-size', '32', '--epochs', '24', '--ifa', 'released', '--log-every', '5'];
const FINDINGS = 'nodule,consolidation,effusion,cardiomegaly,pneumothorax';
const LABELS = ['--data', 'phantoms', '--labels', 'phantoms/labels.csv', '--patient-column', 'patient', '--split-column', 'split'];
const PROBE = [...LABELS, '--findings', FINDINGS, '--cache', 'cache'];

const started = performance.now();
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) stop(`Cannot run the quickstart as Node.js 20.19 or newer is needed: current version is ${process.versions.node}`);

function say(line) {
  console.log(`\n[${String(Math.round((performance.now() - started) / 1000)).padStart(3)} s] ${line}`);
}

function stop(message) {
  console.error(message);
  process.exit(1);
}

/** Runs a program to its end; where it fails, so does the quickstart, after the program has said why. */
function run(command, args, { cwd = root, shell = false } = {}) {
  const { status, error, signal } = spawnSync(command, args, { cwd, shell, stdio: 'inherit', env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' } });
  if (error) stop(`Cannot run ${command}: ${error.message}`);
  if (signal) process.exit(130);
  if (status !== 0) process.exit(status ?? 1);
}

const npm = (...args) => run('npm', args, { shell: process.platform === 'win32' }); // npm is a script there
const cxrIfa = (...args) => {
  console.log(`  cxr-ifa ${args.join(' ')}`);
  run(process.execPath, [cli, ...args], { cwd: folder });
};
/** Does a step whose result is not there yet; what an interrupted attempt left is removed first. */
function once(result, remains, step) {
  if (existsSync(join(folder, result))) return console.log(`  ${join('quickstart', result)} is there already`);
  rmSync(join(folder, remains), { recursive: true, force: true });
  step();
}

say('Installing and building, where that is still to be done');
const installed = join(root, 'node_modules', '.package-lock.json'); // what npm notes when it is done
const upToDate = existsSync(installed) && statSync(installed).mtimeMs > statSync(join(root, 'package-lock.json')).mtimeMs - 1000;
// Not `npm ci`, which would first remove what is installed already
if (!upToDate) npm('install', '--no-audit', '--no-fund');
npm('exec', '--', 'nx', 'run', 'cxr-ifa:build', '--output-style=static');

// Results of other settings are not mixed with these
const settings = JSON.stringify([PHANTOMS, TRAINING, FINDINGS]);
const settingsFile = join(folder, 'settings.json');
if (existsSync(folder) && !(existsSync(settingsFile) && readFileSync(settingsFile, 'utf8') === settings)) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
writeFileSync(settingsFile, settings);

say('Making chest phantoms');
once('phantoms/phantom.json', 'phantoms', () => cxrIfa('data', 'phantom', ...PHANTOMS, '--out', 'phantoms'));

say('Pre-training MoCo v2 with the IFA loss on the training images, without labels');
if (existsSync(join(folder, 'pretrained', 'config.json'))) cxrIfa('pretrain', '--resume', 'pretrained');
else {
  rmSync(join(folder, 'pretrained'), { recursive: true, force: true });
  cxrIfa('pretrain', ...LABELS, '--split', 'train', ...TRAINING, '--out', 'pretrained');
}

say('Probing the pre-trained encoder');
once('probe-pretrained/config.json', 'probe-pretrained', () => cxrIfa('classify', 'train', '--init', 'pretrained', ...PROBE, '--out', 'probe-pretrained'));

say('Probing a random encoder of the same shape');
once('probe-random/config.json', 'probe-random', () => cxrIfa('classify', 'train', '--init', 'random', ...SHAPE, ...PROBE, '--out', 'probe-random'));

say('Comparing the two on the same test images');
cxrIfa('classify', 'compare', 'probe-pretrained', 'probe-random');
cxrIfa('report', 'pretrained', 'probe-pretrained', 'probe-random', '--title', 'Quickstart: MoCo v2 with the IFA loss on chest phantoms', '--out', 'report.html');

say('Done. These images are computed and few, and the encoder is small and hardly trained: the comparison may go either way, and says nothing of real radiographs.');
console.log(join(folder, 'report.html'));
