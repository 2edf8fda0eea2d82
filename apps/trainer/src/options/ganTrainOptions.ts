import { backendOptions } from './backendOptions.ts';
import { integer, oneOf, real, text, type OptionValues } from './option.ts';
import { pretrainOptions } from './pretrainOptions.ts';
import { recordOptions } from './recordOptions.ts';

/** Every option of `cxr-ifa gan train`. */
export const ganTrainOptions = {
  ...recordOptions,
  data: pretrainOptions.data,
  out: { description: "the run's folder; must be empty or new; required but for --resume", value: '<run>', schema: text.optional() },
  resume: pretrainOptions.resume,

  imageSize: { description: 'the side of the images in pixels: a power of two from 8 to 1024', value: '<n>', schema: integer(8, 1024).default(64) },
  aspect: pretrainOptions.aspect,
  clipPercentile: pretrainOptions.clipPercentile,
  channelBase: { description: "a layer's channels are this over its resolution (the paper: 32768)", value: '<n>', schema: integer(8).default(4096) },
  channelMaximum: { description: 'but at most so many (the paper: 512)', value: '<n>', schema: integer(1).default(64) },
  latentSize: { description: 'the size of z and w (the paper: 512)', value: '<n>', schema: integer(1, 4096).default(64) },
  mappingLayers: { description: 'layers that map z to w (the paper: 8)', value: '<n>', schema: integer(1, 32).default(4) },

  steps: { description: 'how many batches are seen', value: '<n>', schema: integer(1).default(10_000) },
  batchSize: { description: 'images in a batch; a multiple of 4', value: '<n>', schema: integer(4).default(32) },
  learningRate: { description: 'the learning rate of both networks', value: '<rate>', schema: real({ above: 0 }).default(0.002) },
  r1Gamma: { description: 'the weight of R1 (default: 0.0002 times the pixels of an image over the batch, as stylegan2-ada)', value: '<gamma>', schema: real({ minimum: 0 }).optional() },
  r1Interval: { description: 'steps between two R1 penalties; 0 for none', value: '<n>', schema: integer(0).default(16) },
  pathLengthWeight: { description: 'the weight of the path-length penalty', value: '<weight>', schema: real({ minimum: 0 }).default(2) },
  pathLengthInterval: { description: 'steps between two path-length penalties; 0 for none', value: '<n>', schema: integer(0).default(4) },
  styleMixing: { description: 'how often an image has the styles of two', value: '<p>', schema: real({ minimum: 0, maximum: 1 }).default(0.9) },
  averageImages: { description: 'images after which the averaged generator has forgotten half', value: '<n>', schema: integer(1).default(10_000) },
  augment: { description: 'adaptive (mirroring, shifts, scaling, brightness, contrast and cutout, as often as the discriminator needs it not to learn the images by heart) or none', value: '<kind>', schema: oneOf(['adaptive', 'none']).default('adaptive') },
  augmentTarget: { description: 'how sure the discriminator may be of real images, as the mean sign of its scores', value: '<r>', schema: real({ above: -1, maximum: 1 }).default(0.6) },
  augmentImages: { description: 'images in which augmentation can rise from never to always', value: '<n>', schema: integer(1).default(100_000) },
  seed: pretrainOptions.seed,

  monitorEvery: { description: 'steps between two looks: a grid of samples, and the kernel distance (KID) between generated and held-out images', value: '<n>', schema: integer(1).default(500) },
  monitorImages: { description: 'how many images a look compares; more take longer and are surer', value: '<n>', schema: integer(40).default(500) },
  monitorSplit: { description: 'the split of the held-out images (default: none are held out, and a look compares with the images that are trained on)', value: '<name>', schema: text.optional() },
  monitorEncoder: { description: 'whose features the distance is taken in: a run of pretrain, a checkpoint, or random. Only distances by the same encoder compare', value: '<run|random>', schema: text.default('random') },

  ...backendOptions,
  workers: pretrainOptions.workers,
  cache: pretrainOptions.cache,
  onBadFile: pretrainOptions.onBadFile,
  checkpointEvery: pretrainOptions.checkpointEvery,
  keepCheckpoints: { ...pretrainOptions.keepCheckpoints, schema: integer(1).default(2) },
  logEvery: pretrainOptions.logEvery,
} as const;

export type GanTrainOptions = OptionValues<typeof ganTrainOptions>;

/** What a resumed run may do otherwise: none of it changes a number of the networks. */
export const GAN_FREE_ON_RESUME: ReadonlySet<string> = new Set(['data', 'steps', 'backend', 'threads', 'workers', 'cache', 'checkpointEvery', 'keepCheckpoints', 'logEvery', 'monitorEvery'] satisfies (keyof GanTrainOptions)[]);
