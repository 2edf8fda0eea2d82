import { z } from 'zod';
import { classifyOptions } from './classifyOptions.ts';
import { fineTuneOptions, IMBALANCE } from './fineTuneOptions.ts';
import { integer, oneOf, text, type OptionValues } from './option.ts';

/** A list from a text with commas, or from a config file's list. */
function list<Item extends z.ZodType>(item: Item, error: string): z.ZodPreprocess<z.ZodArray<Item>> {
  return z.preprocess((value) => (typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value), z.array(item, { error }).min(1, { error })) as never;
}

const share = (error: string, maximum: number): z.ZodType<number[]> => list(z.preprocess(Number, z.number({ error }).gt(0, { error }).max(maximum, { error })), error) as never;

const { init: _init, stage: _stage, method: _method, neighbours: _neighbours, fraction: _fraction, keepIds: _keepIds, out: _out, imbalance: _imbalance, calibration: _calibration, viewColumn: _view, sexColumn: _sex, ageColumn: _age, earlyStopping: _early, ...shared } = classifyOptions;

/** What every experiment over labels is asked. */
const common = {
  ...shared,
  init: {
    description: 'an encoder as NAME=RUN or NAME=CHECKPOINT, random (or NAME=random:SEED) for one that was never trained, or components for 60 principal components of 32 x 32 pixels; may be repeated',
    value: '<name=run>',
    repeatable: true,
    schema: z.array(text, { error: 'a list of encoders' }).min(1, { error: 'at least one encoder' }),
  },
  methods: { description: 'linear, fine-tune or both', value: '<names>', schema: list(oneOf(['linear', 'fine-tune']), 'linear or fine-tune, with commas between them').default(['linear']) as z.ZodType<('linear' | 'fine-tune')[]> },
  repeats: { description: 'draws of patients at each level', value: '<n>', schema: integer(1, 1000).default(5) },
  baseline: { description: 'the encoder whose difference to all others is shown (default: random where it is among them, otherwise the first)', value: '<name>', schema: text.optional() },
  steps: { ...fineTuneOptions.steps, description: 'with fine-tune: how many batches to train on, the same for every draw', schema: integer(1).default(150) },
  freeze: { ...fineTuneOptions.freeze, description: 'with fine-tune: the last of the stages that are not trained, or none', schema: oneOf(['none', 'stem', 'layer1', 'layer2', 'layer3']).default('layer2') },
  out: { description: 'the folder for the results; an interrupted experiment goes on there', value: '<folder>', schema: text },
} as const;

/** Every option of `cxr-ifa experiment scarcity`. */
export const scarcityOptions = {
  ...common,
  fractions: { description: 'shares of the training patients whose labels are used', value: '<shares>', schema: share('shares above 0 and up to 1, with commas between them', 1).default([0.01, 0.05, 0.1, 0.5, 1]) },
  imbalance: classifyOptions.imbalance,
} as const;

/** Every option of `cxr-ifa experiment imbalance`. */
export const imbalanceOptions = {
  ...common,
  ratios: { description: 'positive for each negative training image, to which positives are thinned patient by patient', value: '<ratios>', schema: share('numbers above 0, with commas between them', 1000).default([1, 0.2, 0.1, 0.05, 0.02]) },
  handlings: { description: `what is done about it, side by side: ${IMBALANCE.join(', ')}; with linear only none and class-weights`, value: '<names>', schema: list(oneOf(IMBALANCE), `${IMBALANCE.join(', ')}, with commas between them`).default(['none', 'class-weights']) as z.ZodType<(typeof IMBALANCE)[number][]> },
} as const;

export type ScarcityOptions = OptionValues<typeof scarcityOptions>;
