// npm run studio: from a fresh clone to the studio in a browser. Installs and builds if needed, then serves the page to this machine only,
// with the headers that it needs. npm run studio -- 8080 takes another port.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const port = Number(process.argv[2] ?? 4173);
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) stop(`Cannot start the studio as Node.js 20.19 or newer is needed: current version is ${process.versions.node}`);
if (!(Number.isInteger(port) && port >= 0 && port < 65536)) stop(`Cannot start the studio as the port must be a number below 65536: current value is ${process.argv[2]}`);

function stop(message) {
  console.error(message);
  process.exit(1);
}

function npm(...args) {
  const { status, error } = spawnSync('npm', args, { cwd: root, shell: process.platform === 'win32', stdio: 'inherit', env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' } });
  if (error) stop(`Cannot run npm: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

const installed = join(root, 'node_modules', '.package-lock.json'); // what npm notes when it is done
const upToDate = existsSync(installed) && statSync(installed).mtimeMs > statSync(join(root, 'package-lock.json')).mtimeMs - 1000;
if (!upToDate) npm('install', '--no-audit', '--no-fund');
npm('exec', '--', 'nx', 'run', '@cxr-ifa/studio:build', '--output-style=static');

const { startServer } = await import('../apps/studio/serve.mjs');
const { url } = await startServer({ port }).catch((error) => stop(`Cannot serve the studio: ${error.message}; choose another port, such as npm run studio -- ${port + 1}`));
console.log(`\nThe studio is at ${url} and can be reached from this machine only. Stop it with Ctrl+C.`);
