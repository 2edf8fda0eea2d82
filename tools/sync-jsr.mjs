// Carries name, version and exports from every package.json to its jsr.json, which changesets does not know.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const packages = join(import.meta.dirname, '..', 'packages');
for (const name of readdirSync(packages)) {
  const file = join(packages, name, 'jsr.json');
  if (!existsSync(file)) continue;
  const manifest = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8'));
  const sources = Object.entries(manifest.exports).filter(([path]) => path !== './package.json').map(([path, target]) => [path, target['@cxr-ifa/source']]);
  const jsr = { ...JSON.parse(readFileSync(file, 'utf8')), name: manifest.name, version: manifest.version, exports: Object.fromEntries(sources) };
  writeFileSync(file, `${JSON.stringify(jsr, null, 2)}\n`);
}
