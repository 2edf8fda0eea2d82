import { join } from 'node:path';
import { createRng, InputError } from '@cxr-ifa/tensor';
import type { CommandContext } from '../commands/command.ts';
import { writeJson } from '../run/runDirectory.ts';
import { evaluatePredictions } from './evaluatePredictions.ts';
import { describeLeak } from './findLeak.ts';
import { readMetrics } from './metricsFile.ts';
import { NOT_A_MEDICAL_DEVICE } from './notice.ts';
import { readPredictions, type Predictions } from './predictionsFile.ts';
import { resultTable } from './resultTable.ts';

/** A run's predictions of one split. */
export async function predictionsOfSplit(run: string, split: string): Promise<Predictions> {
  const predictions = await readPredictions(join(run, 'predictions.csv'));
  const images = predictions.images.filter((image) => image.split === split);
  if (images.length === 0) {
    const splits = [...new Set(predictions.images.map((image) => image.split ?? 'none'))];
    throw new InputError(`Cannot evaluate ${run} as its predictions have no image in the split ${split}: their splits are ${splits.join(', ') || 'none'}`);
  }
  return { ...predictions, images };
}

/** Judges a run's predictions anew, from the file alone. */
export async function evaluateRun({ run, split, out, ...bootstrap }: { readonly run: string; readonly split: string; readonly samples: number; readonly confidence: number; readonly seed: number; readonly out?: string | undefined }, { terminal }: CommandContext): Promise<void> {
  const predictions = await predictionsOfSplit(run, split);
  const { splitHash, leak, findings } = await readMetrics(run);
  const rules = findings.map(({ finding, operatingPoints = [] }) => ({ finding, thresholds: operatingPoints }));
  const { seed, samples, confidence } = bootstrap;
  const { findings: results, macro } = evaluatePredictions(predictions, { rng: createRng(seed), samples, confidence }, rules);
  terminal.print(`${run}: ${predictions.images.length} images of the split ${split}; splits' hash ${splitHash.slice(0, 16)}`);
  for (const line of resultTable(results, macro, { confidence })) terminal.print(line);
  const warning = describeLeak(leak ?? null);
  if (warning !== undefined) terminal.print(warning);
  if (out !== undefined) await writeJson(out, { run, split, splitHash, leak: leak ?? null, bootstrap: { unit: 'patient', interval: 'bca', ...bootstrap }, findings: results, macro });
  terminal.print(NOT_A_MEDICAL_DEVICE);
}
