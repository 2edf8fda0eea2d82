import { classifyOptions } from './classifyOptions.ts';
import { real, text } from './option.ts';

/** How predictions are judged. */
export const bootstrapOptions = {
  split: { description: 'the images to judge on', value: '<name>', schema: text.default('test') },
  samples: classifyOptions.samples,
  confidence: { description: 'the share of intervals that should hold the true value', value: '<share>', schema: real({ above: 0, maximum: 0.9999 }).default(0.95) },
  seed: classifyOptions.seed,
  out: { description: 'a JSON file to write the figures to', value: '<json>', schema: text.optional() },
} as const;
