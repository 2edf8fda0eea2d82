import { detectTrainOptions } from './detectOptions.ts';
import { integer, listOf, numbers, real, text, type OptionValues } from './option.ts';
import { recordOptions } from './recordOptions.ts';

const { init: _init, data: _data, resume: _resume, out: _out, seed: _seed, fraction: _fraction, arch: _arch, width: _width, imageSize: _size, clipPercentile: _clip, aspect: _aspect, evaluateEvery, encoderRate, ...shared } = detectTrainOptions;

/** Every option of `cxr-ifa experiment detection`; the random encoder has the shape and the images of the pretrained one. */
export const detectionOptions = {
  init: { description: 'the run or checkpoint of the pretrained encoder', value: '<run>', schema: text },
  data: recordOptions.data,
  ...shared,
  encoderRate: { ...encoderRate, description: "the pretrained encoder's learning rate as a factor of the heads'; a random one learns as fast as they do" },
  fractions: { description: 'shares of the training patients whose boxes are used (default: 1,0.1,0.01)', value: '<shares>', schema: listOf(real({ above: 0, maximum: 1 }), 'shares above 0 and up to 1, with commas between them').default([]) },
  seeds: { description: 'seeds of the random encoder, the detector, the order and the augmentation (default: 1,2,3)', value: '<numbers>', schema: numbers },
  evaluateEvery: { ...evaluateEvery, description: 'steps between two points of the curves: mAP at IoU 0.5 of the validation images', schema: integer(1).default(50) },
  out: { description: 'the folder for runs and results; the same folder goes on with the run that was interrupted', value: '<folder>', schema: text },
} as const;

export type DetectionOptions = OptionValues<typeof detectionOptions>;
