import { z } from 'zod';
import { encoderOptions } from './encoderOptions.ts';
import { classifyOptions } from './classifyOptions.ts';
import { judgeOptions } from './invertEvaluateOptions.ts';
import { invertRunOptions } from './invertRunOptions.ts';
import { integer, text, type OptionValues } from './option.ts';
import { recordOptions } from './recordOptions.ts';

const { drawn: _drawn, method: _method, perceptual: _perceptual, out: _out, encoder, ...shared } = invertRunOptions;

/** Every option of `cxr-ifa experiment inversion`. */
export const inversionOptions = {
  ...shared,
  data: recordOptions.data,
  count: { ...shared.count, description: 'invert so many of the images, drawn with the seed', schema: integer(2).default(64) },
  encoder: { ...encoder, description: 'the run of invert train whose latents all begin with (default: the mean latent)' },
  perceptual: {
    description: 'whose eyes a perceptual loss sees with: none, random, or NAME=RUN or NAME=CHECKPOINT; may be repeated, one row each',
    value: '<name=run>',
    repeatable: true,
    schema: z.array(text, { error: 'a list of encoders' }).min(1, { error: 'at least one' }),
  },
  arch: { ...encoderOptions.arch, description: 'the architecture of the random encoder', schema: encoderOptions.arch.schema },
  width: { ...encoderOptions.width, description: 'the width of the random encoder' },
  baseline: { description: 'the row whose difference to all others is shown (default: none where it is among them, otherwise the first)', value: '<name>', schema: text.optional() },
  ...judgeOptions,
  samples: classifyOptions.samples,
  out: { description: 'the folder for the results; an interrupted experiment goes on there', value: '<folder>', schema: text },
} as const;

export type InversionOptions = OptionValues<typeof inversionOptions>;
