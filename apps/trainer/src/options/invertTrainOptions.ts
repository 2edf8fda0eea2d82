import { encoderOptions } from './encoderOptions.ts';
import { invertRunOptions } from './invertRunOptions.ts';
import { integer, real, text, type OptionValues } from './option.ts';
import { pretrainOptions } from './pretrainOptions.ts';
import { recordOptions } from './recordOptions.ts';

const { gan, perceptual, pixelWeight, perceptualWeight, identityWeight, seed, backend, threads, workers, cache, onBadFile } = invertRunOptions;

/** Every option of `cxr-ifa invert train`. */
export const invertTrainOptions = {
  gan: { ...gan, description: `${gan.description}; required but for --resume`, schema: text.optional() },
  ...recordOptions,
  data: pretrainOptions.data,
  init: { ...encoderOptions.init, description: 'the backbone to begin with: a run of pretrain, a checkpoint, or random', schema: text.default('random') },
  arch: { ...encoderOptions.arch, schema: encoderOptions.arch.schema },
  width: encoderOptions.width,
  channels: { description: "channels of the encoder's feature pyramid and heads", value: '<n>', schema: integer(1).default(64) },
  drawnSteps: { description: 'steps on images that the generator draws, whose latents are known', value: '<n>', schema: integer(0).default(2000) },
  steps: { description: 'steps on the images of --data, after those', value: '<n>', schema: integer(0).default(2000) },
  batchSize: { description: 'images in a batch', value: '<n>', schema: integer(1).default(16) },
  learningRate: { description: 'the learning rate on drawn images; a fifth of it on real ones', value: '<rate>', schema: real({ above: 0 }).default(1e-3) },
  latentWeight: { description: 'the weight of the difference from known latents', value: '<weight>', schema: real({ minimum: 0 }).default(1) },
  offsetWeight: { description: "the weight of the layers' squared offsets from one another", value: '<weight>', schema: real({ minimum: 0 }).default(2e-4) },
  perceptual,
  pixelWeight,
  perceptualWeight,
  identityWeight,
  out: { description: "the run's folder; must be empty or new; required but for --resume", value: '<run>', schema: text.optional() },
  resume: pretrainOptions.resume,
  checkpointEvery: pretrainOptions.checkpointEvery,
  keepCheckpoints: { ...pretrainOptions.keepCheckpoints, schema: integer(1).default(1) },
  logEvery: pretrainOptions.logEvery,
  seed,
  backend,
  threads,
  workers,
  cache,
  onBadFile,
} as const;

export type InvertTrainOptions = OptionValues<typeof invertTrainOptions>;

/** What a resumed run may do otherwise: none of it changes a number of the encoder. The generator's path, too, as it must be the same one. */
export const INVERT_FREE_ON_RESUME: ReadonlySet<string> = new Set(['gan', 'data', 'steps', 'backend', 'threads', 'workers', 'cache', 'checkpointEvery', 'keepCheckpoints', 'logEvery'] satisfies (keyof InvertTrainOptions)[]);
