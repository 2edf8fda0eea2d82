import { z } from 'zod';
import { embedOptions } from './embedOptions.ts';
import { oneOf, text, type OptionValues } from './option.ts';
import { pretrainOptions } from './pretrainOptions.ts';
import { recordOptions } from './recordOptions.ts';

const ERROR = 'names with shares that add up to 1, such as train=0.7,val=0.1,test=0.2';
const fractions = z.preprocess(
  (value) => (typeof value === 'string' ? Object.fromEntries(value.split(',').map((part) => part.split('=').map((word) => word.trim())).map(([name = '', share]) => [name, share ? Number(share) : NaN])) : value),
  z
    .record(z.string().min(1, { error: ERROR }), z.number({ error: ERROR }).positive({ error: ERROR }), { error: ERROR })
    .refine((shares) => Math.abs(Object.values(shares).reduce((sum, share) => sum + share, 0) - 1) < 1e-9, { error: ERROR })
    .default({ train: 0.7, val: 0.1, test: 0.2 }),
);

const { split: _, ...unsplitRecordOptions } = recordOptions;

/** Every option of `cxr-ifa data split`. */
export const splitOptions = {
  ...unsplitRecordOptions,
  findings: { ...embedOptions.findings, description: 'columns that are a finding each, to carry over into the manifest' },
  by: { description: "patient (drawn by the seed, no patient in two splits) or official (the publisher's lists, or --split-column)", value: '<what>', schema: oneOf(['patient', 'official']).default('patient') },
  fractions: { description: 'with --by patient: the share of the patients in each split', value: '<name=share,...>', schema: fractions },
  seed: pretrainOptions.seed,
  keepIds: embedOptions.keepIds,
  pseudonymsOf: { description: 'give patients the pseudonyms of this manifest or run, so that the two can be compared', value: '<manifest|run>', schema: text.optional() },
  out: { description: 'the manifest to write; what it was made of is written beside it, into <csv>.json', value: '<csv>', schema: text },
} as const;

export type SplitOptions = OptionValues<typeof splitOptions>;
