// Packs the WebAssembly of dcmjs-codecs (IJG's libjpeg for 8, 12 and 16 bits, CharLS, OpenJPEG) as compressed base64 into src/generated/nativeCodecs.ts: a module loads in every runtime, a file does not.
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';

const entry = createRequire(import.meta.url).resolve('dcmjs-codecs');
const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'));
const wasm = readFileSync(join(dirname(entry), 'dcmjs-native-codecs.wasm'));

const folder = new URL('../src/generated/', import.meta.url);
mkdirSync(folder, { recursive: true });
const text = `// Made by codecs/generate.mjs from dcmjs-codecs ${version}; licences in THIRD-PARTY.md
/** A WebAssembly module of this many bytes, as a zlib stream in base64. */
export const nativeCodecsLength: number = ${wasm.length};
export const nativeCodecs: string =
  '${deflateSync(wasm, { level: 9 }).toString('base64')}';
`;
writeFileSync(new URL('nativeCodecs.ts', folder), text);
console.log(`src/generated/nativeCodecs.ts: ${wasm.length} bytes of WebAssembly in ${text.length}`);
