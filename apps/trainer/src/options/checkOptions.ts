import { classifyOptions } from './classifyOptions.ts';
import { flag, real, text, type OptionValues } from './option.ts';
import { pretrainOptions } from './pretrainOptions.ts';
import { recordOptions } from './recordOptions.ts';

const { data, labels: _labels, split: _split, patientColumn, splitColumn, ...columns } = recordOptions;

/** Every option of `cxr-ifa data check`. */
export const checkOptions = {
  ...columns,
  data: { ...data, description: "the folder that the manifests' paths begin at (default: what data split wrote beside a manifest, or the manifest's own folder)", schema: text.optional() },
  patientColumn: { ...patientColumn, description: `${patientColumn.description} (default: patient, where there is such a column)` },
  splitColumn: { ...splitColumn, description: `${splitColumn.description} (default: split, where there is such a column)` },
  threshold: { description: 'how much the 32 x 32 thumbnails of near-duplicates correlate at least, at the best shift of up to 2 pixels; below 0.98 many pairs are not found', value: '<r>', schema: real({ above: 0, maximum: 0.9999 }).default(0.99) },
  patientsOnly: { description: 'compare patients only, and open no image', schema: flag.default(false) },
  copiesOnly: { description: 'look for exact copies of files only, which decodes no image', schema: flag.default(false) },
  onBadFile: pretrainOptions.onBadFile,
  workers: pretrainOptions.workers,
  keepIds: { ...classifyOptions.keepIds, description: 'write shared patients into the report as they are, and not as pseudonyms' },
  out: { description: 'a JSON file to write the report to', value: '<json>', schema: text.optional() },
} as const;

export type CheckOptions = OptionValues<typeof checkOptions>;
