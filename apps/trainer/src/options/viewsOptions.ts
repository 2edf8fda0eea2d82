import { integer, text, type OptionValues } from './option.ts';
import { pretrainOptions } from './pretrainOptions.ts';
import { recordOptions } from './recordOptions.ts';

const { imageSize, aspect, clipPercentile, augment, augmentArithmetic, query, seed } = pretrainOptions;

/** Every option of `cxr-ifa data views`. */
export const viewsOptions = {
  ...recordOptions,
  augment,
  augmentArithmetic,
  query,
  imageSize,
  aspect,
  clipPercentile,
  rows: { description: 'how many images', value: '<n>', schema: integer(1, 100).default(8) },
  seed: { ...seed, description: 'decides which images and which views' },
  out: { description: 'the page to write', value: '<html>', schema: text.default('views.html') },
} as const;

export type ViewsOptions = OptionValues<typeof viewsOptions>;
