import { backendOptions } from './backendOptions.ts';
import { integer, oneOf, text, type OptionValues } from './option.ts';
import { pretrainOptions } from './pretrainOptions.ts';

/** Which encoder turns images into features: the same for every command that uses one. */
export const encoderOptions = {
  init: { description: 'the encoder: a run, a checkpoint, or random for one that was never trained, as a baseline', value: '<run|random>', schema: text },
  arch: { ...pretrainOptions.arch, description: `with --init random: ${pretrainOptions.arch.description}` },
  width: { ...pretrainOptions.width, description: `with --init random: ${pretrainOptions.width.description}` },
  imageSize: { ...pretrainOptions.imageSize, description: `with --init random: ${pretrainOptions.imageSize.description}` },
  clipPercentile: { ...pretrainOptions.clipPercentile, description: `with --init random: ${pretrainOptions.clipPercentile.description}` },
  aspect: { ...pretrainOptions.aspect, description: `with --init random: ${pretrainOptions.aspect.description}` },
  stage: { description: 'take the map of this stage, averaged over positions, instead of the features of the last one', value: '<stage>', schema: oneOf(['stem', 'layer1', 'layer2', 'layer3', 'layer4']).optional() },
  batchSize: { description: 'images that are encoded at once; changes no result but by rounding', value: '<n>', schema: integer(1).default(64) },
  seed: { description: 'where all randomness comes from', value: '<n>', schema: integer(0).default(1) },
  ...backendOptions,
  workers: pretrainOptions.workers,
  cache: { ...pretrainOptions.cache },
  onBadFile: pretrainOptions.onBadFile,
} as const;

export type EncoderOptionValues = OptionValues<typeof encoderOptions>;
