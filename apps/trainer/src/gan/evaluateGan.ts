import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createRng, disposeTensors, InputError } from '@cxr-ifa/tensor';
import manifest from '../../package.json' with { type: 'json' };
import { selectBackend } from '../backend/selectBackend.ts';
import type { CommandContext } from '../commands/command.ts';
import { describeEncoder, type OpenedEncoder } from '../encode/openEncoder.ts';
import { openSettledEncoder } from '../encode/openSettledEncoder.ts';
import { requireEncoder } from '../encode/requireEncoder.ts';
import type { GanEvaluateOptions } from '../options/ganEvaluateOptions.ts';
import { ganTrainOptions } from '../options/ganTrainOptions.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import { formatTable } from '../output/formatTable.ts';
import { imageGrid } from '../output/imageGrid.ts';
import { renderPage } from '../report/renderPage.ts';
import { shortNames } from '../report/shortNames.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import { claimFolder, readRunFile, writeJson } from '../run/runDirectory.ts';
import { runOf } from '../run/runOf.ts';
import { UsageError } from '../usageError.ts';
import { fewestOf } from './compareSets.ts';
import { drawImages } from './drawImages.ts';
import { comparisonRows, ganEvaluationPage } from './ganEvaluationPage.ts';
import { readGanRunCard } from './ganRunCard.ts';
import { drawnSet, realSet, requireHeldOut, type Eyes } from './imageSets.ts';
import { loadGenerator, type LoadedGenerator } from './loadGenerator.ts';
import { measureGenerator } from './measureGenerator.ts';
import { openGanImages, type KnownImages } from './openGanImages.ts';
import { readGanHistory } from './readGanHistory.ts';

const MOST_BY_DEFAULT = 5000;
/** Samples in the grid. */
const SHOWN = 64;
const COLUMNS = 16;

/**
 * Says how good a generator is: `evaluation.json`, `samples.png`, and `evaluation.html` with figures, curves and the nearest training images.
 *
 * @throws {InputError} If the run, its images or the encoder cannot be used.
 * @throws {UsageError} If no images are held out, or too few.
 * @throws {Interrupted} If the signal asked to stop; nothing is written.
 */
export async function evaluateGan(options: GanEvaluateOptions, { terminal, commandLine }: CommandContext, signal: AbortSignal): Promise<void> {
  const { run, out, baseline: earlier, truncation, batchSize, neighbours, samples, seed } = options;
  const action = `evaluate ${run}`;
  const folder = runOf(run);
  const begun = resolveOptions(action, ganTrainOptions, {}, await readRunFile(folder, 'config.json'));
  const card = await readGanRunCard(folder, action);
  const monitorSplit = options.split ?? begun.monitorSplit;
  if (monitorSplit === undefined) throw new UsageError(`Cannot ${action} as it held no images out to compare with: give --split <name>`);
  const init = options.encoder ?? begun.monitorEncoder;
  const withdraw = await claimFolder(out);
  const rng = createRng(seed).fork('gan evaluate');
  const opened: LoadedGenerator[] = [];
  let encoder: OpenedEncoder | undefined;
  let done = false;
  try {
    const backend = await selectBackend(options.backend, options);
    terminal.print(`Backend ${backend.name}: ${backend.reason}`);
    await requireEncoder(init);
    for (const path of [run, ...(earlier === undefined ? [] : [earlier])]) opened.push(await loadGenerator(path));
    const [loaded, before] = opened as [LoadedGenerator, LoadedGenerator | undefined];
    const side = loaded.generator.resolution;
    if (before && before.generator.resolution !== side) throw new UsageError(`Cannot compare ${run} with ${String(earlier)} as both must draw images of ${side} pixels: current size of the latter is ${before.generator.resolution}`);

    const known = await openGanImages({ ...begun, monitorSplit, data: options.data ?? begun.data ?? card.data.path, workers: options.workers, cache: options.cache ?? begun.cache }, folder, { terminal, signal });
    if (known.training.cache.manifest.dataHash !== card.data.hash) throw new InputError(`Cannot ${action} as the images are not those that it was trained on: its run-card.json has their hash`);
    requireHeldOut(known, action);
    const most = Math.min(options.count ?? MOST_BY_DEFAULT, known.heldOut.cache.manifest.images.length);
    const count = options.count ?? most;
    if (most < fewestOf(neighbours)) throw new UsageError(`Cannot ${action} with --neighbours ${neighbours} as more images must be held out: current number is ${most}`);

    encoder = await openSettledEncoder({ init, seed }, { cache: known.training.cache, terminal, rng });
    const eyes: Eyes = { encoder, side, terminal, signal };
    const grid: Float32Array[] = [];
    const draw = async function* (drawer: LoadedGenerator): AsyncGenerator<Float32Array, void, void> {
      for await (const picture of drawImages(drawer, rng.fork('latents'), { count, truncation, batchSize })) {
        if (drawer === loaded && grid.length < SHOWN) grid.push(picture);
        yield picture;
      }
    };
    const generated = await drawnSet(draw(loaded), 'Drawing and encoding', count, eyes);
    const baseline = before && (await drawnSet(draw(before), 'Drawing and encoding the baseline', count, eyes));
    const everyOne = ({ cache }: KnownImages): number[] => cache.manifest.images.map((_, index) => index);
    const some = [...rng.fork('held out').permutation(everyOne(known.heldOut).length)].slice(0, most).sort((x, y) => x - y);
    const heldOut = await realSet(known.heldOut, 'Encoding held-out images', some, eyes);
    const training = await realSet(known.training, 'Encoding training images', everyOne(known.training), eyes);
    terminal.print('Comparing');
    const figures = measureGenerator({ generated, heldOut, training, baseline }, { rng: rng.fork('measures'), neighbours, samples });

    const history = await readGanHistory(folder);
    const { state, step } = loaded.details;
    const { kid } = figures.generated;
    const fall = figures.baseline && 1 - kid.value / figures.baseline.kid.value;
    const content = {
      run, step, imagesSeen: state.images, imageSize: side, truncation, neighbours,
      encoder: { name: init, kind: describeEncoder(encoder) },
      ...(before && { baseline: { run: earlier as string, step: before.details.step, imagesSeen: before.details.state.images, fall: fall as number } }),
      ...history,
      figures,
    };
    const { out: _, ...config } = options;
    const [name, baselineName] = shortNames([run, ...(earlier === undefined ? [] : [earlier])]) as [string, string | undefined];
    const page = ganEvaluationPage({ ...content, run: name, ...(content.baseline && { baseline: { ...content.baseline, run: baselineName as string } }), samples: { pixels: grid, side, columns: COLUMNS }, images: { generated, heldOut, training }, baselineHistory: earlier === undefined ? undefined : await readGanHistory(runOf(earlier)) });
    await mkdir(out, { recursive: true });
    await atomicWrite(join(out, 'samples.png'), imageGrid(grid, { side, columns: COLUMNS }));
    await atomicWrite(join(out, 'evaluation.html'), renderPage({ title: `How good is the generator of ${name}`, program: `${manifest.name} ${manifest.version}`, body: page }));
    await writeJson(join(out, 'evaluation.json'), { format: 'cxr-ifa-gan-evaluation-1', command: commandLine, options: config, ...content });
    done = true;
    for (const line of formatTable([['held against held-out images', 'images', 'KID', 'precision', 'recall'], ...comparisonRows(figures)])) terminal.print(line);
    if (fall !== undefined) terminal.print(`The kernel distance is ${(100 * fall).toFixed(1)} % below that of ${String(earlier)}`);
    for (const [space, { medianRatio, trainingShare }] of Object.entries(figures.nearest)) {
      terminal.print(`By ${space}, generated images are ${medianRatio.value?.toFixed(2)} times as far from training images as held-out ones are; a training image is nearest to ${(100 * trainingShare.value).toFixed(1)} % of them, ${(100 * trainingShare.expectedLow).toFixed(1)} to ${(100 * trainingShare.expectedHigh).toFixed(1)} % if nothing was copied`);
    }
    terminal.print(`The page is ${join(out, 'evaluation.html')}; it shows training images`);
  } finally {
    for (const { parameters, meanLatent } of opened) disposeTensors(parameters, [meanLatent]);
    if (encoder) disposeTensors(encoder.parameters, encoder.statistics);
    if (!done) await withdraw();
  }
}
