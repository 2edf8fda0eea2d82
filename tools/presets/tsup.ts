import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { defineConfig, type Options } from 'tsup';

interface Manifest {
  exports: Record<string, string | { '@cxr-ifa/source': string; default: string }>;
  tsup?: { noExternal?: string[]; platform?: 'neutral' | 'node' | 'browser'; dts?: boolean; entry?: Record<string, string>; bundle?: Record<string, string> };
}

// One neutral ESM build for every package: each export with a source condition is an entry, named after its output file,
// and so is what the manifest names besides, such as a worker that is loaded by its URL.
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const entry: Record<string, string> = { ...manifest.tsup?.entry };
for (const target of Object.values(manifest.exports)) {
  if (typeof target === 'string') continue;
  entry[`${dirname(target.default).replace(/^\.\/dist\/?/, '')}/${basename(target.default, '.js')}`.replace(/^\//, '')] = target['@cxr-ifa/source'];
}

const main: Options = {
  entry,
  format: ['esm'],
  platform: manifest.tsup?.platform ?? 'neutral',
  target: 'es2022',
  dts: manifest.tsup?.dts ?? true,
  sourcemap: true,
  clean: true,
  splitting: true,
  noExternal: (manifest.tsup?.noExternal ?? []).map((pattern) => new RegExp(pattern)),
  esbuildOptions(options) {
    options.mainFields = ['module', 'main'];
  },
};

// What another runtime loads from a file, without installing anything: everything inside.
const bundle: Options = { entry: manifest.tsup?.bundle ?? {}, format: ['esm'], platform: 'browser', target: 'es2022', splitting: false, minify: true, clean: false, noExternal: [/./], esbuildOptions: main.esbuildOptions as NonNullable<Options['esbuildOptions']> };

export default defineConfig(manifest.tsup?.bundle ? [main, bundle] : main);
