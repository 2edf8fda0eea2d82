// Milliseconds a file of each decoder, in processor time of one core: the fastest of many short runs, so that other work on the machine shows little.
// usage: node tools/bench/images.mjs [--peers] [FILE ...]     (after npm run build)
// --peers: only the decoders, beside Pillow and pydicom in the same run (pip install numpy pillow pydicom pylibjpeg pylibjpeg-libjpeg pylibjpeg-openjpeg pyjpegls python-gdcm)
import { decodeImage } from '@cxr-ifa/datasets';
import { renderPhantom } from '@cxr-ifa/phantom';
import { createRng } from '@cxr-ifa/tensor';
import { clipPercentile, resize } from '@cxr-ifa/transforms';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { inflateRawSync, inflateSync } from 'node:zlib';

/** What the trainer lends the decoders. */
const lent = {
  inflate: (data, maximumLength) => inflateSync(data, { maxOutputLength: maximumLength, chunkSize: maximumLength + 64 }),
  inflateRaw: (data, maximumLength) => inflateRawSync(data, { maxOutputLength: maximumLength, chunkSize: 2 ** 20 }),
};

/** Milliseconds of processor time a call of `f`: the fastest of 20 runs of about 60 ms. */
async function fastest(f) {
  const run = async (calls) => {
    const start = process.cpuUsage();
    for (let call = 0; call < calls; call++) await f(call);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000 / calls;
  };
  const calls = Math.max(1, Math.round(60 / (await run(3))));
  let best = Infinity;
  for (let repeat = 0; repeat < 20; repeat++) best = Math.min(best, await run(calls));
  return best;
}

/** A phantom of 12 bits with noise, decoded by us and by the peers. */
async function comparePeers() {
  const folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-bench-'));
  try {
    const { image } = renderPhantom({ rng: createRng(1), size: 1024 });
    const noise = createRng(2);
    const pixels = Uint16Array.from(image.data, (value) => Math.max(0, Math.min(4095, Math.round(16 * value + 8 * noise.normal()))));
    writeFileSync(join(folder, 'pixels.raw'), pixels);
    const peers = JSON.parse(execFileSync('python3', [join(import.meta.dirname, 'decoders.py'), join(folder, 'pixels.raw'), folder], { encoding: 'utf8' }));
    for (const [file, theirs] of Object.entries(peers)) {
      const bytes = Uint8Array.from(readFileSync(join(folder, file)));
      const ours = await fastest(() => decodeImage(bytes, lent));
      console.log(`${file.padEnd(24)} ${(bytes.length / 1e6).toFixed(2)} MB   ours ${ours.toFixed(2).padStart(6)} ms   ${file.endsWith('png') ? 'Pillow ' : 'pydicom'} ${theirs.toFixed(2).padStart(6)} ms   ratio of rates ${(theirs / ours).toFixed(2)}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === '--peers') {
  await comparePeers();
  process.exit();
}

for (const file of process.argv.slice(2)) {
  const bytes = Uint8Array.from(readFileSync(file));
  const image = await decodeImage(bytes);
  const times = {
    decode: await fastest(() => decodeImage(bytes)),
    'with node:zlib': await fastest(() => decodeImage(bytes, lent)),
    clip: await fastest(() => clipPercentile(image)),
    'resize to 224': await fastest(() => resize(image, 224)),
  };
  console.log(`${basename(file)}, ${image.width}x${image.height}: ${Object.entries(times).map(([name, ms]) => `${name} ${ms.toFixed(1)} ms`).join(', ')}`);
}
