import { integer, text, type OptionValues } from './option.ts';
import { pretrainOptions } from './pretrainOptions.ts';
import { recordOptions } from './recordOptions.ts';

/** Every option of `cxr-ifa data prepare`. */
export const prepareOptions = {
  ...recordOptions,
  imageSize: pretrainOptions.imageSize,
  aspect: pretrainOptions.aspect,
  clipPercentile: pretrainOptions.clipPercentile,
  workers: { ...pretrainOptions.workers, description: 'threads that decode images; 0 does it in the program\'s own (default: one a core)', schema: integer(0, 64).optional() },
  onBadFile: pretrainOptions.onBadFile,
  out: { description: 'the folder of prepared images, for --data and NumPy; made, or gone on with where it was interrupted', value: '<folder>', schema: text },
} as const;

export type PrepareOptions = OptionValues<typeof prepareOptions>;
