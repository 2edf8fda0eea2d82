import { embedOptions } from './embedOptions.ts';
import { text, type OptionValues } from './option.ts';
import { pretrainOptions } from './pretrainOptions.ts';
import { recordOptions } from './recordOptions.ts';

/** Every option of `cxr-ifa data inspect`. */
export const inspectOptions = {
  ...recordOptions,
  findings: { ...embedOptions.findings, description: 'columns that are a finding each, to count' },
  clipPercentile: pretrainOptions.clipPercentile,
  workers: pretrainOptions.workers,
  out: { description: 'a JSON file to write the figures to', value: '<json>', schema: text.optional() },
  page: { description: 'an HTML file to write them to, with pictures of the images that deserve a look', value: '<html>', schema: text.optional() },
} as const;

export type InspectOptions = OptionValues<typeof inspectOptions>;
