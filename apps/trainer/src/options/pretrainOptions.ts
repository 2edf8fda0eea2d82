import { z } from 'zod';
import { backendOptions } from './backendOptions.ts';
import { ifaTermText } from './ifaTerm.ts';
import { flag, integer, names, oneOf, real, text, type OptionValues } from './option.ts';
import { optimisationOptions } from './optimisationOptions.ts';
import { recordOptions } from './recordOptions.ts';

export const DEFAULT_EPOCHS = 200;

/** Every option of `cxr-ifa pretrain`. */
export const pretrainOptions = {
  ...recordOptions,
  data: { ...recordOptions.data, description: `${recordOptions.data.description}; required but for --resume`, schema: text.optional() },
  out: { description: 'the run\'s folder; must be empty or new (default: the next free runs/pretrain-<number>)', value: '<run>', schema: text.optional() },
  resume: { description: 'go on with this run, exactly where its last checkpoint stands', value: '<run>', schema: text.optional() },
  init: { description: 'begin with the encoder of this run or checkpoint (and with its head, queue and momenta where they fit), at step 0', value: '<checkpoint>', schema: text.optional() },

  arch: { description: 'resnet18, resnet34, resnet50 or resnet101', value: '<name>', schema: oneOf(['resnet18', 'resnet34', 'resnet50', 'resnet101']).default('resnet50') },
  width: { description: 'channels of the encoder\'s stem; everything scales with it', value: '<n>', schema: integer(1).default(64) },
  imageSize: { description: 'the side that images are resized to, in pixels', value: '<n>', schema: integer(1, 4096).default(224) },
  aspect: { description: 'what becomes of images that are not square: stretch (as the method), pad with black, or crop', value: '<how>', schema: oneOf(['stretch', 'pad', 'crop']).default('stretch') },
  clipPercentile: { description: 'the percentile above which pixels are clipped', value: '<p>', schema: real({ above: 0, maximum: 100 }).default(99) },

  epochs: { description: `how often every image is seen (default: ${DEFAULT_EPOCHS}, where no --steps are given)`, value: '<n>', schema: integer(1).optional() },
  steps: { description: 'how many batches are seen, instead of --epochs', value: '<n>', schema: integer(1).optional() },
  batchSize: { description: 'images in a batch', value: '<n>', schema: integer(2).default(256) },
  batchNormGroups: { description: 'into how many groups batch-norm cuts a batch, which keeps keys from telling their queries (default: groups of 32 images, at least two)', value: '<n>', schema: integer(1).optional() },
  queueSize: { description: 'keys in the queue (default: the largest multiple of the batch that is at most 65536 and at most the number of images)', value: '<n>', schema: integer(1).optional() },
  momentum: { description: 'how much of the key encoder stays at each step', value: '<m>', schema: real({ minimum: 0, maximum: 1 }).default(0.999) },
  temperature: { description: 'the temperature of the contrast', value: '<t>', schema: real({ above: 0 }).default(0.2) },
  ifa: { description: 'the IFA loss: released (layer1 to cosine 0.3, layer4 to 1), abstract (both to 1), aligned (ours: both to 1, with --align), or none, which is plain MoCo v2; in its place kaku-mse, the squared distance of Kaku et al. 2021 over four stages. The method trains released by continuing from a MoCo checkpoint (--init): from scratch it is not the method', value: '<preset>', schema: oneOf(['released', 'abstract', 'aligned', 'none', 'kaku-mse']).default('released') },
  ifaTerms: { description: 'a term of the IFA loss, in the place of the terms that --ifa names: the stage, the cosine that its maps are pulled to, the weight (default 1), and the side of the windows that maps are averaged over first (default 1); may be repeated, such as --ifa-terms layer1:0.3 --ifa-terms layer4:1:0.5', value: '<stage:target[:weight[:pool]]>', repeatable: true, schema: z.array(ifaTermText).default([]) },
  align: { description: 'compare feature maps where both views show the same place of the image, and not at the same place of the views, with any --ifa but none and kaku-mse', schema: flag.default(false) },
  query: { description: 'whether the query is augmented like the key, or the clean image', value: '<kind>', schema: oneOf(['augmented', 'clean']).default('augmented') },
  augment: { description: 'cxr-strong (as the released code), cxr (milder: noise, shift, scale, rotation), mocoV2 (crops and flips, for comparison), or none (both views are the image itself, which teaches nothing)', value: '<preset>', schema: oneOf(['cxr-strong', 'cxr', 'mocoV2', 'none']).default('cxr-strong') },
  augmentArithmetic: { description: 'float: augmentations mean what their numbers say; uint8: what the released code did to 8-bit images, where noise and value shift change next to nothing', value: '<kind>', schema: oneOf(['float', 'uint8']).default('float') },
  shuffleKeys: { description: 'on, or off only to demonstrate what happens then: batch-norm gives the pairs away, and the encoder learns nothing else', value: '<on|off>', schema: oneOf(['on', 'off']).default('on') },
  ...optimisationOptions,
  seed: { description: 'where all randomness comes from', value: '<n>', schema: integer(0).default(1) },

  ...backendOptions,
  workers: { description: 'threads that decode images and make views; 0 does it between the steps', value: '<n>', schema: integer(0, 64).default(1) },
  cache: { description: 'the folder to keep prepared images in, to share them among runs (default: the run\'s own)', value: '<folder>', schema: text.optional() },
  onBadFile: { description: 'fail or skip; a bad file is named with its reason either way, and never replaced', value: '<what>', schema: oneOf(['fail', 'skip']).default('fail') },
  checkpointEvery: { description: 'steps between two checkpoints', value: '<n>', schema: integer(1).default(500) },
  keepCheckpoints: { description: 'how many of the last checkpoints to keep', value: '<n>', schema: integer(1).default(3) },
  probeFindings: { description: 'score the encoder as it trains, by AUROC of a linear probe and nearest neighbours on these findings of the images that it trains on (a tenth of a minute or so each time): labels of 70 % of the patients fit the probes, those of the others judge them, and a test split takes no part; the labels do not touch the encoder. As for classify: names in the --label-column, or columns that are a finding each', value: '<names>', schema: names },
  probeEvery: { description: 'steps between two scores', value: '<n>', schema: integer(1).default(500) },
  probeImages: { description: 'how many labelled images at the most are scored, drawn by patient', value: '<n>', schema: integer(10).default(2000) },
  tensorboard: { description: 'on: event files for TensorBoard in the run\'s folder tensorboard, with all that metrics.jsonl has; or off', value: '<on|off>', schema: oneOf(['on', 'off']).default('on') },
  monitorEvery: { description: 'steps between two close looks at a batch, for metrics.jsonl and the verdict on how training goes; 0 takes none. A look takes three quarters of a step', value: '<n>', schema: integer(0).default(100) },
  logEvery: { description: 'steps between two lines of metrics.jsonl', value: '<n>', schema: integer(1).default(10) },
} as const;

export type PretrainOptions = OptionValues<typeof pretrainOptions>;

/** What a resumed run may do otherwise: none of it changes a number that is computed, but for the rounding of another backend, number of threads or recomputation. */
export const FREE_ON_RESUME: ReadonlySet<string> = new Set(['data', 'backend', 'threads', 'workers', 'cache', 'checkpointEvery', 'keepCheckpoints', 'probeEvery', 'tensorboard', 'monitorEvery', 'logEvery', 'maxTime', 'recompute'] satisfies (keyof PretrainOptions)[]);
