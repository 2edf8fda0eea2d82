import { backendOptions } from './backendOptions.ts';
import { encoderOptions } from './encoderOptions.ts';
import { text, type OptionValues } from './option.ts';

/** Every option of `cxr-ifa report`. */
export const reportOptions = {
  out: { description: "the HTML file to write (default: report.html in the first run's folder)", value: '<html>', schema: text.optional() },
  title: { description: 'the title of the page', value: '<text>', schema: text.optional() },
  seed: { ...encoderOptions.seed, description: 'which images are shown as examples' },
  batchSize: encoderOptions.batchSize,
  ...backendOptions,
} as const;

export type ReportOptions = OptionValues<typeof reportOptions>;
