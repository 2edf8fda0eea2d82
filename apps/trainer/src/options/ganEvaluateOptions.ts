import { backendOptions } from './backendOptions.ts';
import { classifyOptions } from './classifyOptions.ts';
import { ganSampleOptions } from './ganSampleOptions.ts';
import { integer, text, type OptionValues } from './option.ts';
import { pretrainOptions } from './pretrainOptions.ts';

/** Every option of `cxr-ifa gan evaluate`. */
export const ganEvaluateOptions = {
  run: ganSampleOptions.run,
  out: ganSampleOptions.out,
  encoder: { description: "whose features images are compared by: a run of pretrain, a checkpoint, or random (default: that of the run's monitor). Only figures by the same encoder compare", value: '<run|random>', schema: text.optional() },
  baseline: { description: 'an earlier checkpoint, or another run of images of the same size: by how much the distance has fallen since', value: '<run>', schema: text.optional() },
  split: { description: "the split of the held-out images (default: that of the run's monitor)", value: '<name>', schema: text.optional() },
  data: { description: 'where the images are that the run was trained on, if they were moved', value: '<path>', schema: text.optional() },
  count: { description: 'how many images to draw, and to take of the held-out and of the training images at the most (default: as many as are held out, at most 5000). Precision and recall depend on it', value: '<n>', schema: integer(40, 50_000).optional() },
  neighbours: { description: "precision and recall: whose distance is a ball's radius", value: '<k>', schema: integer(1, 100).default(3) },
  truncation: ganSampleOptions.truncation,
  batchSize: ganSampleOptions.batchSize,
  samples: { ...classifyOptions.samples, description: 'bootstrap draws of images and patients for the intervals' },
  seed: pretrainOptions.seed,
  ...backendOptions,
  workers: pretrainOptions.workers,
  cache: pretrainOptions.cache,
} as const;

export type GanEvaluateOptions = OptionValues<typeof ganEvaluateOptions>;
