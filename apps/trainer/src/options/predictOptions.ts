import { classifyOptions } from './classifyOptions.ts';
import { real, text, type OptionValues } from './option.ts';
import { recordOptions } from './recordOptions.ts';

const { batchSize, backend, threads, workers, onBadFile, keepIds } = classifyOptions;

/** Every option of `cxr-ifa classify predict`. */
export const predictOptions = {
  run: { description: 'the run of classify train whose encoder and probe predict', value: '<run>', schema: text },
  ...recordOptions,
  out: { description: 'the CSV file to write', value: '<csv>', schema: text.default('predictions.csv') },
  warnAbove: { description: 'warn of images whose features are further from the training images than this share of the training images themselves', value: '<share>', schema: real({ above: 0, maximum: 1 }).default(0.99) },
  batchSize,
  backend,
  threads,
  workers,
  cache: { ...classifyOptions.cache, description: 'the folder to keep prepared images in (default: none are kept)' },
  onBadFile,
  keepIds,
} as const;

export type PredictOptions = OptionValues<typeof predictOptions>;
