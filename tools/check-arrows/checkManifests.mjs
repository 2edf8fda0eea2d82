import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const exportKeys = (source) => (source?.endsWith('.js') ? ['@cxr-ifa/source', 'default'] : ['@cxr-ifa/source', 'types', 'default']); // a plain .js file, such as a worker, has no types

/**
 * What is wrong with a published package's manifests: package.json against jsr.json, and the form all packages share.
 *
 * @param {string} folder The package's folder.
 * @param {readonly string[]} allowed Our packages that it may import.
 * @returns {string[]} One sentence a fault.
 */
export function checkManifests(folder, allowed) {
  const read = (file) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const manifest = read('package.json');
  if (manifest.private) return [];
  const faults = [];
  const expect = (holds, message) => holds || faults.push(`${folder} ${message}`);

  for (const file of ['README.md', 'jsr.json']) expect(existsSync(join(folder, file)), `has no ${file}`);
  expect(manifest.type === 'module' && manifest.license === 'MIT' && manifest.description, 'must be an ES module under MIT with a description');
  const entries = Object.entries(manifest.exports).filter(([, target]) => typeof target !== 'string'); // a string is a file as it is, such as package.json or weights
  for (const [path, target] of entries) {
    const keys = exportKeys(target['@cxr-ifa/source']);
    expect(Object.keys(target).join() === keys.join(), `exports ${path} with other conditions than ${keys.join(', ')}, in this order`);
  }
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    const own = /^@cxr-ifa\/(.+)$/.exec(name)?.[1];
    if (own) expect(allowed.includes(own), `declares ${name}, which the arrow table does not allow`);
  }
  expect(!manifest.dependencies?.['@tensorflow/tfjs-core'], 'depends on @tensorflow/tfjs-core: it must be a peer');
  if (!existsSync(join(folder, 'jsr.json'))) return faults;
  const jsr = read('jsr.json');
  expect(jsr.name === manifest.name && jsr.version === manifest.version, 'has another name or version in jsr.json: run node tools/sync-jsr.mjs');
  const sources = Object.fromEntries(entries.map(([path, target]) => [path, target['@cxr-ifa/source']]));
  expect(JSON.stringify(jsr.exports) === JSON.stringify(sources), 'exports other paths in jsr.json than in package.json: run node tools/sync-jsr.mjs');
  return faults;
}
