import { classifyOptions } from './classifyOptions.ts';
import { encoderOptions } from './encoderOptions.ts';
import { text, type OptionValues } from './option.ts';
import { recordOptions } from './recordOptions.ts';

/** Every option of `cxr-ifa embed`. */
export const embedOptions = {
  ...recordOptions,
  findings: { ...classifyOptions.findings, description: 'columns that are a finding each, to carry over into index.csv' },
  ...encoderOptions,
  keepIds: classifyOptions.keepIds,
  out: { description: 'the folder to write features.npy and index.csv to; must be empty or new', value: '<folder>', schema: text },
} as const;

export type EmbedOptions = OptionValues<typeof embedOptions>;
