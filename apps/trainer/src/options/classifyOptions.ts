import { encoderOptions } from './encoderOptions.ts';
import { fineTuneOptions, IMBALANCE } from './fineTuneOptions.ts';
import { flag, integer, names, oneOf, real, text, type OptionValues } from './option.ts';
import { recordOptions } from './recordOptions.ts';

/** How calibrated probabilities are made. */
const CALIBRATIONS = ['platt', 'temperature', 'none'] as const;
export type Calibration = (typeof CALIBRATIONS)[number];

const { split: _, ...labelledRecordOptions } = recordOptions;

/** Every option of `cxr-ifa classify train`. */
export const classifyOptions = {
  ...labelledRecordOptions,
  findings: { description: 'the findings to classify, such as nodule,effusion; without a --label-column these are the columns that are a finding each (default: all that the labels name)', value: '<names>', schema: names },
  among: { description: 'take only the images that have these findings, such as PNEUMONIA to tell bacteria from virus', value: '<names>', schema: names },
  without: { description: 'take only the images that do not have these findings', value: '<names>', schema: names },
  labelPolicy: { description: 'what uncertain labels become: positive (u-ones), negative (u-zeros) or unknown (u-ignore); needed where there are any', value: '<policy>', schema: oneOf(['u-ones', 'u-zeros', 'u-ignore']).optional() },
  blankLabels: { description: 'what blank labels become: negative or unknown; needed where there are any', value: '<policy>', schema: oneOf(['negative', 'unknown']).optional() },
  viewColumn: { description: 'the column with the view, such as PA; results are then told by view too', value: '<column>', schema: text.optional() },
  sexColumn: { description: 'the column with the sex, for results by sex', value: '<column>', schema: text.optional() },
  ageColumn: { description: 'the column with the age in years, for results by age', value: '<column>', schema: text.optional() },
  ...encoderOptions,
  method: { description: 'linear (logistic regression on the features), knn (vote of the nearest training images) or fine-tune (the encoder is trained on, with a linear head)', value: '<name>', schema: oneOf(['linear', 'knn', 'fine-tune']).default('linear') },
  neighbours: { description: 'with --method knn: how many training images vote', value: '<n>', schema: integer(1).default(20) },
  imbalance: { description: `what is done about rare findings: ${IMBALANCE.join(', ')}; with linear none or class-weights`, value: '<how>', schema: oneOf(IMBALANCE).default('none') },
  ...fineTuneOptions,
  calibration: { description: 'how probabilities are made true on the validation images: platt (slope and intercept), temperature (slope) or none', value: '<how>', schema: oneOf(CALIBRATIONS).default('platt') },
  fraction: { description: 'the share of the training patients whose labels are used, drawn by the seed', value: '<share>', schema: real({ above: 0, maximum: 1 }).default(1) },
  samples: { description: 'bootstrap draws of patients for the intervals', value: '<n>', schema: integer(1, 1_000_000).default(2000) },
  onLeak: { description: 'fail or warn where the encoder was trained on test patients or images before; what was found is recorded either way', value: '<what>', schema: oneOf(['fail', 'warn']).default('fail') },
  keepIds: { description: 'write patients as they are, and not as pseudonyms', schema: flag.default(false) },
  out: { description: "the run's folder; must be empty or new", value: '<run>', schema: text },
} as const;

export type ClassifyOptions = OptionValues<typeof classifyOptions>;
