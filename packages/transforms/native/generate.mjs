// Compiles the C sources of this folder to WebAssembly and writes the module as base64 into src/generated/wasm.ts.
import { runClang } from '@yowasp/clang';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('./', import.meta.url);
const files = readdirSync(folder).filter((name) => /\.[ch]$/.test(name)).sort();
const sources = Object.fromEntries(files.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));
const units = files.filter((name) => name.endsWith('.c'));

const flags = [
  '--target=wasm32', '-std=c17', '-O3', '-Wall', '-Wextra', '-Werror', '-ffreestanding', '-fvisibility=hidden',
  '-fwrapv', '-msimd128', '-mbulk-memory', '-mnontrapping-fptoint', '-nostdlib',
  '-Wl,--no-entry', '-Wl,-z,stack-size=65536', '-Wl,--export=__heap_base', '-Wl,--strip-all',
];
const silent = { stdout: () => undefined, stderr: (bytes) => bytes && process.stderr.write(bytes), fetchProgress: () => undefined };
await runClang(null, {}, silent); // loads the compiler without telling of its progress
const output = await runClang(['clang', ...flags, ...units, '-o', 'kernels.wasm'], sources, silent);
const wasm = Buffer.from(output['kernels.wasm']);

mkdirSync(new URL('../src/generated/', folder), { recursive: true });
const text = `// Made by native/generate.mjs from native/*.c\nexport const wasmBase64: string =\n  '${wasm.toString('base64')}';\n`;
writeFileSync(new URL('../src/generated/wasm.ts', folder), text);
console.log(`src/generated/wasm.ts: ${units.length} C files, ${wasm.length} bytes of WebAssembly`);
