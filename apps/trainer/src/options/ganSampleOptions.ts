import { backendOptions } from './backendOptions.ts';
import { integer, real, text, type OptionValues } from './option.ts';
import { pretrainOptions } from './pretrainOptions.ts';

/** Every option of `cxr-ifa gan sample`. */
export const ganSampleOptions = {
  run: { description: 'a run of gan train, or one of its checkpoints', value: '<run>', schema: text },
  out: { description: 'the folder to write to; must be empty or new', value: '<folder>', schema: text },
  count: { description: 'how many images to draw', value: '<n>', schema: integer(1, 100_000).default(64) },
  truncation: { description: 'how far images may be from the mean one: 1 is all the variety there is, 0 is always the mean', value: '<psi>', schema: real({ minimum: 0, maximum: 2 }).default(1) },
  batchSize: { description: 'images that are drawn at once; another number draws other images', value: '<n>', schema: integer(1).default(16) },
  seed: pretrainOptions.seed,
  ...backendOptions,
} as const;

export type GanSampleOptions = OptionValues<typeof ganSampleOptions>;
