import { classifyOptions } from './classifyOptions.ts';
import { recordOptions } from './recordOptions.ts';

const { findings, among, without, labelPolicy, blankLabels } = classifyOptions;
const { split: _, ...labelled } = recordOptions;

/** What a classification task of an experiment is made of: images, findings and how labels are read, as options of `classify train`. */
export const taskOptions = { ...labelled, findings, among, without, labelPolicy, blankLabels } as const;
