// Packs the bench of GPUs into one file that runs on a machine with nothing but a GPU's driver (x86-64 Linux).
// usage: node tools/bench/gpu/pack.mjs [FILE]     (in a clone after npm ci; needs strip, tar and gzip; the file is cxr-ifa-gpu-bench.run)
// On that machine: sh cxr-ifa-gpu-bench.run
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'tsup';

const MOST_BYTES = 40e6;
const PARITY_STEPS = 10;
/** Vulkan's loader, and what NVIDIA's driver links to: of these a bare machine may have none. The bench takes only those that it lacks. */
const LIBRARIES = ['libvulkan.so.1', 'libGLdispatch.so.0', 'libX11.so.6', 'libXext.so.6', 'libxcb.so.1', 'libXau.so.6', 'libXdmcp.so.6', 'libbsd.so.0', 'libmd.so.0'];
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const root = here('../../..');
const target = resolve(process.argv[2] ?? 'cxr-ifa-gpu-bench.run');
const refuse = (message) => {
  console.error(`Cannot pack the bench as ${message}`);
  process.exit(1);
};
if (process.platform !== 'linux' || process.arch !== 'x64') refuse(`it is for x86-64 Linux, and this is ${process.platform} on ${process.arch}`);

const folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-pack-'));
try {
  const [outer, rest] = ['outer', 'rest'].map((name) => join(folder, name));
  for (const path of [outer, join(rest, 'libraries'), join(rest, 'node_modules', 'webgpu', 'dist', 'linux-x64')]) mkdirSync(path, { recursive: true });

  // All of our code and tfjs's from source, as one module a program and what they share; Dawn stays a package, as it loads its binary from beside itself
  process.chdir(root);
  const shared = { format: ['esm'], target: 'node20', platform: 'node', config: false, silent: true, dts: false, clean: false, outDir: rest, outExtension: () => ({ js: '.mjs' }) };
  await build({
    ...shared, entry: { main: here('main.mjs'), measure: here('measure.mjs'), reference: here('reference.mjs') }, minify: true, splitting: true,
    noExternal: [/^(?!webgpu$)/], external: ['webgpu'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" }, // tfjs-core requires util
    esbuildOptions(options) {
      options.conditions = ['@cxr-ifa/source', 'module', 'import', 'default'];
      options.mainFields = ['module', 'main'];
    },
  });
  const losses = JSON.parse(execFileSync(process.execPath, [join(rest, 'reference.mjs'), String(PARITY_STEPS)], { encoding: 'utf8' }));
  rmSync(join(rest, 'reference.mjs'));
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' }).trim();
  writeFileSync(join(rest, 'packed.json'), JSON.stringify({ commit, date: new Date().toISOString().slice(0, 10), losses }));
  copyFileSync(here('torch_peer.py'), join(rest, 'torch_peer.py'));
  const dawn = join(root, 'node_modules', 'webgpu');
  for (const name of ['package.json', 'index.js', 'LICENSE.md', 'dist/linux-x64/dawn.node']) cpSync(join(dawn, name), join(rest, 'node_modules', 'webgpu', name), { dereference: true });

  const cache = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).stdout ?? '';
  for (const name of LIBRARIES) {
    const path = cache.split('\n').find((line) => line.trim().startsWith(`${name} `) && line.includes('x86-64'))?.split('=> ')[1];
    if (path && existsSync(path)) copyFileSync(realpathSync(path), join(rest, 'libraries', name));
    else if (name === 'libvulkan.so.1') refuse('Vulkan’s loader is not installed here: apt-get install libvulkan1');
    else console.log(`${name} is not here: a machine without it may not find NVIDIA's driver`);
  }

  const tar = (path, names) => execFileSync('tar', ['--sort=name', '--owner=0', '--group=0', '-cf', '-', '-C', path, ...names], { maxBuffer: 2 ** 30 });
  writeFileSync(join(outer, 'rest.tar.br'), brotliCompressSync(tar(rest, ['.']), { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: 30e6 } }));
  const node = join(folder, 'node');
  copyFileSync(process.execPath, node);
  execFileSync('strip', [node]);
  writeFileSync(join(outer, 'node.gz'), execFileSync('gzip', ['-9', '-n', '-c', node], { maxBuffer: 2 ** 30 })); // a megabyte less than zlib's in Node
  copyFileSync(here('unpack.mjs'), join(outer, 'unpack.mjs'));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, Buffer.concat([readFileSync(here('start.sh')), tar(outer, ['node.gz', 'unpack.mjs', 'rest.tar.br'])]), { mode: 0o755 });
  const { size } = statSync(target);
  console.log(`${target}: ${(size / 1e6).toFixed(1)} MB, cxr-ifa ${commit}; run it with: sh ${target}`);
  if (size > MOST_BYTES) refuse(`it has ${(size / 1e6).toFixed(1)} MB, and no more than ${MOST_BYTES / 1e6} are wanted`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
