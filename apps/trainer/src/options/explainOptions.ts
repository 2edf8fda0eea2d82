import { classifyOptions } from './classifyOptions.ts';
import { integer, oneOf, text, type OptionValues } from './option.ts';
import { predictOptions } from './predictOptions.ts';

const { run, out: _out, warnAbove: _warnAbove, cache: _cache, ...predictable } = predictOptions;

/** Every option of `cxr-ifa classify explain`. */
export const explainOptions = {
  run: { ...run, description: 'the run of classify train whose predictions are explained; a linear probe or a fine-tuned encoder' },
  ...predictable,
  boxes: { description: 'a JSON file with boxes in COCO\'s format, such as data phantom writes; those of a public data set are read with its labels', value: '<json>', schema: text.optional() },
  findings: { ...classifyOptions.findings, description: 'the findings to explain (default: all that the run predicts)' },
  explainStage: { description: 'the stage whose map is shown: later ones know more, earlier ones are sharper (default: the one that the probe reads)', value: '<stage>', schema: oneOf(['stem', 'layer1', 'layer2', 'layer3', 'layer4']).optional() },
  explainMethod: { description: 'grad-cam or grad-cam-plus-plus', value: '<name>', schema: oneOf(['grad-cam', 'grad-cam-plus-plus']).default('grad-cam') },
  limit: { description: 'explain no more than so many images', value: '<n>', schema: integer(1).default(20) },
  sanityImages: { description: 'on how many of the images to test whether the maps change with random weights; 0 leaves the test out', value: '<n>', schema: integer(0).default(16) },
  seed: { ...classifyOptions.seed, description: 'where the random weights of that test come from' },
  out: { description: 'the folder to write overlays, explanations.csv and sanity-check.json to; must be empty or new', value: '<folder>', schema: text },
} as const;

export type ExplainOptions = OptionValues<typeof explainOptions>;
