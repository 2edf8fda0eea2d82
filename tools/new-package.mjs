// Writes the files that every package shares: node tools/new-package.mjs NAME "DESCRIPTION" [--no-tfjs]
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';

const [name, description, flag] = process.argv.slice(2);
if (!name || !description) {
  console.error('Cannot make a package without a name and a description: node tools/new-package.mjs NAME "DESCRIPTION" [--no-tfjs]');
  process.exit(2);
}
const folder = `packages/${name}`;
if (existsSync(`${folder}/package.json`)) {
  console.error(`Cannot make ${folder} as it exists already`);
  process.exit(1);
}
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
mkdirSync(`${folder}/src`, { recursive: true });
writeFileSync(`${folder}/package.json`, json({
  name: `@cxr-ifa/${name}`,
  version: '0.0.0',
  description,
  license: 'MIT',
  type: 'module',
  sideEffects: false,
  engines: { node: '>=20.19' },
  exports: {
    '.': { '@cxr-ifa/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  },
  files: ['dist', 'src', '!src/**/*.test.ts'],
  scripts: {
    build: 'tsup --config ../../tools/presets/tsup.ts',
    typecheck: 'node ../../tools/typecheck.mjs',
    test: 'vitest run --config ../../tools/presets/vitest.ts --root .',
  },
  ...(flag === '--no-tfjs' ? {} : { peerDependencies: { '@tensorflow/tfjs-core': '^4.22.0' } }),
  dependencies: {},
  devDependencies: { '@cxr-ifa/testing': '*' },
}));
copyFileSync('LICENSE', `${folder}/LICENSE`);
writeFileSync(`${folder}/jsr.json`, json({ name: `@cxr-ifa/${name}`, version: '0.0.0', license: 'MIT', exports: { '.': './src/index.ts' } }));
writeFileSync(`${folder}/tsconfig.json`, json({
  extends: '../../tools/presets/tsconfig.package.json',
  include: ['src/**/*.ts', '../../tools/presets/portable-globals.d.ts'],
  exclude: ['src/**/*.test.ts'],
}));
