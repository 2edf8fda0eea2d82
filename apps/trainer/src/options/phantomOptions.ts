import { integer, real, text, type OptionValues } from './option.ts';

/** Every option of `cxr-ifa data phantom`. */
export const phantomOptions = {
  count: { description: 'how many images', value: '<n>', schema: integer(1, 1_000_000).default(1000) },
  size: { description: 'the side of an image, in pixels', value: '<n>', schema: integer(32, 1024).default(128) },
  prevalence: { description: 'the share of images that show each finding (default: 0.13, so that half of the images show none)', value: '<share>', schema: real({ above: 0, maximum: 1 }).optional() },
  seed: { description: 'decides everything: the same seed gives the same images', value: '<n>', schema: integer(0).default(1) },
  out: { description: 'the folder to write to; must be empty or new', value: '<folder>', schema: text },
} as const;

export type PhantomOptions = OptionValues<typeof phantomOptions>;
