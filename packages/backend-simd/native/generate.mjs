// Compiles the C sources of this folder to WebAssembly, with and without relaxed SIMD, and writes each module as base64 into src/generated/.
import { runClang } from '@yowasp/clang';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('./', import.meta.url);
const files = readdirSync(folder).filter((name) => /\.[ch]$/.test(name)).sort();
const sources = Object.fromEntries(files.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));

const target = ['--target=wasm32', '-nostdlib'];
const compile = [...target, '-c', '-std=c17', '-O3', '-Wall', '-Wextra', '-Wno-unused-parameter', '-Werror', '-ffreestanding', '-fvisibility=hidden', '-msimd128', '-matomics', '-mbulk-memory'];
const link = [...target, '-Wl,--no-entry', '-Wl,--strip-all'];
const threads = ['-Wl,--import-memory', '-Wl,--shared-memory', '-Wl,--max-memory=4294967296', '-Wl,-z,stack-size=65536', '-Wl,--export=__stack_pointer', '-Wl,--export=__heap_base'];
// The smallest module that uses relaxed SIMD: whether a host accepts it tells whether it takes the other
const probe = 'typedef float v __attribute__((vector_size(16)));\n__attribute__((export_name("probe"))) void probe(v *x) { *x = __builtin_wasm_relaxed_madd_f32x4(*x, *x, *x); }\n';
// Only where products are summed: elsewhere the compiler would also take relaxed minima and maxima, which lose NaN
const sumsProducts = (unit) => unit === 'host.c' || sources[unit].includes('"tile.h"');

const silent = { stdout: () => undefined, stderr: (bytes) => bytes && process.stderr.write(bytes), fetchProgress: () => undefined };
await runClang(null, {}, silent); // loads the compiler without telling of its progress
mkdirSync(new URL('../src/generated/', folder), { recursive: true });
await build('baseline', () => false, sources, link.concat(threads));
await build('relaxed', sumsProducts, sources, link.concat(threads));
await build('relaxedProbe', () => true, { 'probe.c': probe }, link);

async function build(name, isRelaxed, files, linkFlags) {
  const units = Object.keys(files).filter((file) => file.endsWith('.c'));
  const objects = {};
  for (const [flags, some] of [[[], units.filter((unit) => !isRelaxed(unit))], [['-mrelaxed-simd'], units.filter(isRelaxed)]]) {
    if (some.length > 0) Object.assign(objects, await runClang(['clang', ...compile, ...flags, ...some], files, silent));
  }
  const inputs = units.map((unit) => unit.replace(/c$/, 'o'));
  const output = await runClang(['clang', ...linkFlags, ...inputs, '-o', 'module.wasm'], Object.fromEntries(inputs.map((input) => [input, objects[input]])), silent);
  const wasm = Buffer.from(output['module.wasm']);
  writeFileSync(new URL(`../src/generated/${name}.ts`, folder), `// Made by native/generate.mjs\nexport const wasmBase64: string =\n  '${wasm.toString('base64')}';\n`);
  console.log(`src/generated/${name}.ts: ${units.length} C files, ${wasm.length} bytes of WebAssembly`);
}
