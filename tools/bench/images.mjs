// Views a second of each preset and milliseconds a file of each decoder, in processor time of one core: the fastest of many short runs, so that other work on the machine shows little.
// usage: node tools/bench/images.mjs [FILE.png|FILE.jpg ...]     (after npm run build)
import { decodeImage } from '@cxr-ifa/datasets';
import { createRng } from '@cxr-ifa/tensor';
import { clipPercentile, createAugmentation, PRESETS, resize, twoViews } from '@cxr-ifa/transforms';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { inflateSync } from 'node:zlib';

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

const noise = createRng(1);
for (const size of [64, 224]) {
  const image = { width: size, height: size, range: [0, 1], data: Float32Array.from({ length: size * size }, () => noise.uniform()) };
  for (const preset of Object.keys(PRESETS).filter((name) => name !== 'none')) {
    const augmentation = createAugmentation(preset);
    // The same 200 draws in every run: a run's mix of operations must not decide
    const milliseconds = await fastest(() => {
      for (let draw = 0; draw < 200; draw++) twoViews(image, { augmentation, query: 'augmented', rng: noise.fork(draw) });
    });
    console.log(`${preset}, ${size} px: ${Math.round(400_000 / milliseconds)} views/s`);
  }
}
for (const file of process.argv.slice(2)) {
  const bytes = Uint8Array.from(readFileSync(file));
  const image = await decodeImage(bytes);
  const inflate = (data, maximumLength) => inflateSync(data, { maxOutputLength: maximumLength, chunkSize: maximumLength + 64 });
  const times = {
    decode: await fastest(() => decodeImage(bytes)),
    'with node:zlib': await fastest(() => decodeImage(bytes, { inflate })),
    clip: await fastest(() => clipPercentile(image)),
    'resize to 224': await fastest(() => resize(image, 224)),
  };
  console.log(`${basename(file)}, ${image.width}x${image.height}: ${Object.entries(times).map(([name, ms]) => `${name} ${ms.toFixed(1)} ms`).join(', ')}`);
}
