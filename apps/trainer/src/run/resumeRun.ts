import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { storedToTensors } from '@cxr-ifa/checkpoint';
import { interpretTraining } from '@cxr-ifa/moco';
import { createRng, disposeTensors, InputError } from '@cxr-ifa/tensor';
import { z } from 'zod';
import { requireTrainingBackend, selectBackend } from '../backend/selectBackend.ts';
import type { CommandContext } from '../commands/command.ts';
import { openImageCache, type ImageCache } from '../input/imageCache.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import { describeVerdict } from '../monitor/verdictWatch.ts';
import { readMetricsLog } from '../report/readMetricsLog.ts';
import { interpretationContext } from './interpretationContext.ts';
import { probeImagesSchema, type ProbeImages } from '../monitor/probeImages.ts';
import { FREE_ON_RESUME, pretrainOptions } from '../options/pretrainOptions.ts';
import { latestCheckpoint, readCheckpoint } from './checkpointFile.ts';
import { initialiseTrainer } from './initialiseTrainer.ts';
import { cutMetricsLog } from './metricsLog.ts';
import { openImages } from './openImages.ts';
import { planTraining } from './planTraining.ts';
import { concludeRun } from './pretrainRun.ts';
import { checkpointSpace, requireDisk } from './requireDisk.ts';
import { measureStepMemory, stepMemoryOptions } from './requireMemory.ts';
import { resumedOptions } from './resumedOptions.ts';
import { CACHE_FOLDER, PROBE_IMAGES, readRunFile, writeJson } from './runDirectory.ts';
import { withTimeLimit } from './timeLimit.ts';
import { encoderOf, trainerOf, trainToEnd } from './trainer.ts';

const cardSchema = z.looseObject({ data: z.looseObject({ path: z.string(), hash: z.string(), cache: z.string() }), resumed: z.array(z.unknown()) });

/**
 * Goes on with a run exactly where its last checkpoint stands: the run ends as if it had never stopped.
 * A run that was stopped before its first checkpoint begins anew.
 *
 * @param folder The run.
 * @throws {InputError} If the folder is no run, or its checkpoint or its images cannot be used.
 * @throws {UsageError} If an option was given that the run was not begun with.
 * @throws {Interrupted} If the signal asked to stop, or the time was up; a checkpoint was saved.
 */
export async function resumeRun(folder: string, { terminal, given, commandLine }: CommandContext, interruption: AbortSignal): Promise<void> {
  const options = await resumedOptions(folder, given, pretrainOptions, FREE_ON_RESUME);
  const signal = withTimeLimit(interruption, options.maxTime);
  const card = cardSchema.safeParse(await readRunFile(folder, 'run-card.json'));
  if (!card.success) throw new InputError(`Cannot resume ${folder} as its run-card.json is damaged or of another version`);
  const path = await latestCheckpoint(folder);
  const checkpoint = path === undefined ? undefined : await readCheckpoint(path);
  if (checkpoint && !checkpoint.details) throw new InputError(`Cannot resume ${folder} as ${path} does not say what step it is of`);

  const backend = await selectBackend(options.backend, options);
  requireTrainingBackend(backend);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const pool = createWorkerPool(options.workers);
  try {
    const cache = (await cacheOfRun(folder, card.data.data)) ?? (await openImages({ ...options, data: options.data ?? card.data.data.path }, folder, { pool, terminal, signal, onSelected: () => undefined }));
    if (cache.manifest.dataHash !== card.data.data.hash) throw new InputError(`Cannot resume ${folder} as the images are not those that it was begun with: its run-card.json has their hash`);
    const { encoder, table } = encoderOf(options);
    const plan = planTraining(options, cache.manifest.images.length, encoder);
    const step = checkpoint?.details?.step ?? 0;
    if (step >= plan.steps) {
      terminal.print(`The run ${folder} is finished: it has taken all of its ${plan.steps} steps`);
      const verdict = interpretTraining(await readMetricsLog(folder), interpretationContext(options, plan));
      if (verdict) describeVerdict(verdict).forEach((line) => terminal.print(line));
      return;
    }

    const rng = createRng(checkpoint?.details?.randomState ?? options.seed);
    const momentumContrast = trainerOf(options, encoder, plan, rng);
    if (checkpoint?.details) {
      const tensors = storedToTensors(checkpoint.tensors);
      momentumContrast.restore({ tensors, state: checkpoint.details });
      disposeTensors(tensors);
    } else if (options.init !== undefined) await initialiseTrainer(momentumContrast, options.init, options, terminal);
    await requireDisk(checkpointSpace(momentumContrast.snapshot().tensors, options.keepCheckpoints), folder, options.keepCheckpoints);
    const probeImages = options.probeFindings.length === 0 ? undefined : await readProbeImages(folder);
    await cutMetricsLog(join(folder, 'metrics.jsonl'), step);
    await writeJson(join(folder, 'run-card.json'), { ...card.data, resumed: [...card.data.resumed, { step, at: new Date().toISOString(), command: commandLine, backend }] });
    terminal.print(`Going on with ${folder} after step ${step} of ${plan.steps}`);

    const last = await trainToEnd(options, { folder, momentumContrast, encoder, table, plan, cache, pool, rng, memory: measureStepMemory(encoder, stepMemoryOptions(options)), probeImages, terminal, signal });
    momentumContrast.dispose();
    concludeRun(folder, last, plan.steps, signal, options, terminal.print);
  } finally {
    await pool.close();
  }
}

async function readProbeImages(folder: string): Promise<ProbeImages> {
  try {
    return probeImagesSchema.parse(JSON.parse(await readFile(join(folder, PROBE_IMAGES), 'utf8')));
  } catch (error) {
    throw new InputError(`Cannot resume ${folder} as its ${PROBE_IMAGES} is missing or damaged`, { cause: error });
  }
}

/** The prepared images in the run itself: then the files that they were made of need not be there any more. */
async function cacheOfRun(folder: string, { cache, hash }: { cache: string; hash: string }): Promise<ImageCache | undefined> {
  const found = await openImageCache(join(folder, CACHE_FOLDER, cache.slice(0, 16)));
  return found?.manifest.dataHash === hash ? found : undefined;
}
