// Fails the build where a package imports what it may not, or its manifests disagree: node tools/check-arrows/main.mjs
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { arrows } from './arrows.mjs';
import { checkManifests } from './checkManifests.mjs';
import { checkSource } from './checkSource.mjs';

const root = join(import.meta.dirname, '..', '..');
process.chdir(root);
const faults = [];
let files = 0;
for (const name of readdirSync('packages').sort()) {
  const folder = `packages/${name}`;
  if (!existsSync(`${folder}/package.json`)) continue;
  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  if (manifest.private) continue;
  if (!arrows[name]) faults.push(`${folder} is not in the arrow table (tools/check-arrows/arrows.mjs)`);
  faults.push(...checkManifests(folder, arrows[name] ?? []));
  const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies });
  for (const file of readdirSync(`${folder}/src`, { recursive: true }).sort()) {
    if (!/\.(ts|js|mjs)$/.test(file) || /\.test\.ts$/.test(file) || file.startsWith('generated')) continue;
    files++;
    faults.push(...checkSource({ name, dependencies }, `${folder}/src/${file}`, readFileSync(join(folder, 'src', file), 'utf8')));
  }
}
for (const fault of faults) console.error(fault);
console.log(faults.length ? `check-arrows: ${faults.length} faults in ${files} files` : `check-arrows: ${files} files, every arrow points down`);
process.exit(faults.length ? 1 : 0);
