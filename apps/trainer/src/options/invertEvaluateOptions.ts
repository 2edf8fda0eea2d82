import { z } from 'zod';
import { bootstrapOptions } from './bootstrapOptions.ts';
import { backendOptions } from './backendOptions.ts';
import { classifyOptions } from './classifyOptions.ts';
import { text, type OptionValues } from './option.ts';
import { recordOptions } from './recordOptions.ts';

const { data, split: _, ...labelOptions } = recordOptions;
const { labelPolicy, blankLabels } = classifyOptions;

/** Who looks at reconstructions besides pixels: the same wherever they are judged. */
export const judgeOptions = {
  judge: {
    description: 'an encoder that compares features, as NAME=RUN or NAME=CHECKPOINT: best one that no inversion was trained with; may be repeated',
    value: '<name=run>',
    repeatable: true,
    schema: z.array(z.string().regex(/^[^=:]+=./, { error: 'of the form name=run' }), { error: 'a list of name=run' }).default([]),
  },
  classifier: { description: 'a run of classify train: what it finds in originals and in reconstructions', value: '<run>', schema: text.optional() },
  labelPolicy: { ...labelPolicy, description: `${labelPolicy.description} (default: unknown, u-ignore)` },
  blankLabels: { ...blankLabels, description: `${blankLabels.description} (default: unknown)` },
} as const;

/** Every option of `cxr-ifa invert evaluate`. */
export const invertEvaluateOptions = {
  run: { description: 'a folder of invert run', value: '<folder>', schema: text },
  ...judgeOptions,
  data: { ...data, description: "with --classifier: the images as invert run was given them, for their labels and so for AUROC (default: no labels)", schema: text.optional() },
  ...labelOptions,
  out: { description: 'the folder to write to; must be empty or new', value: '<folder>', schema: text },
  samples: bootstrapOptions.samples,
  confidence: bootstrapOptions.confidence,
  seed: bootstrapOptions.seed,
  ...backendOptions,
} as const;

export type InvertEvaluateOptions = OptionValues<typeof invertEvaluateOptions>;
