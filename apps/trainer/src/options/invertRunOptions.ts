import { backendOptions } from './backendOptions.ts';
import { integer, oneOf, real, text, type OptionValues } from './option.ts';
import { pretrainOptions } from './pretrainOptions.ts';
import { recordOptions } from './recordOptions.ts';

/** Every option of `cxr-ifa invert run`. */
export const invertRunOptions = {
  gan: { description: 'the generator: a run of gan train, or one of its checkpoints', value: '<run>', schema: text },
  ...recordOptions,
  data: { ...recordOptions.data, description: `${recordOptions.data.description}; required but for --drawn`, schema: text.optional() },
  drawn: { description: 'invert so many images that the generator draws itself, instead of --data: what is lost then is the inversion\'s own', value: '<n>', schema: integer(1).optional() },
  count: { description: 'invert so many of the images, drawn with the seed (default: all)', value: '<n>', schema: integer(1).optional() },
  method: { description: 'optimise (latents, image by image), encode (one pass of an encoder), or hybrid (encode, then optimise)', value: '<name>', schema: oneOf(['optimise', 'encode', 'hybrid']).default('optimise') },
  encoder: { description: 'the run of invert train that encodes', value: '<run>', schema: text.optional() },
  perceptual: { description: 'whose eyes the perceptual loss sees with: a run of pretrain, a checkpoint, random, or none', value: '<run>', schema: text.default('none') },
  space: { description: 'w (one latent for all layers) or w+ (one for each)', value: '<space>', schema: oneOf(['w', 'w+']).default('w+') },
  steps: { description: 'steps of optimisation', value: '<n>', schema: integer(1).default(300) },
  learningRate: { description: 'the highest learning rate of the latents', value: '<rate>', schema: real({ above: 0 }).default(0.1) },
  fitNoise: { description: 'fit or none: whether the noise maps are fitted as well', value: '<kind>', schema: oneOf(['fit', 'none']).default('fit') },
  pixelWeight: { description: 'the weight of the squared difference of pixels', value: '<weight>', schema: real({ minimum: 0 }).default(1) },
  perceptualWeight: { description: 'the weight of the perceptual loss', value: '<weight>', schema: real({ minimum: 0 }).default(0.8) },
  identityWeight: { description: 'the weight of the cosine of features', value: '<weight>', schema: real({ minimum: 0 }).default(0.1) },
  batchSize: { description: 'images that are inverted at once', value: '<n>', schema: integer(1).default(16) },
  out: { description: 'the folder to write to; must be empty or new', value: '<folder>', schema: text },
  seed: pretrainOptions.seed,
  ...backendOptions,
  workers: pretrainOptions.workers,
  cache: pretrainOptions.cache,
  onBadFile: pretrainOptions.onBadFile,
} as const;

export type InvertRunOptions = OptionValues<typeof invertRunOptions>;
