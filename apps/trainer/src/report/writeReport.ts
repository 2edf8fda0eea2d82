import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@cxr-ifa/tensor';
import manifest from '../../package.json' with { type: 'json' };
import { selectBackend } from '../backend/selectBackend.ts';
import { readMetrics } from '../classify/metricsFile.ts';
import type { CommandContext } from '../commands/command.ts';
import type { ReportOptions } from '../options/reportOptions.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import { classificationPart } from './classificationPart.ts';
import { differingSettings, finalFigures } from './comparePretraining.ts';
import { compareProbes, type ClassificationRun } from './compareProbes.ts';
import { detectionPart } from './detectionPart.ts';
import { encoderParts } from './encoderParts.ts';
import { pretrainingPart } from './pretrainingPart.ts';
import { renderReport } from './renderReport.ts';
import { shortNames } from './shortNames.ts';

/**
 * Writes a page about runs: curves, views, maps of embeddings, neighbours, probes, settings; of several pre-training runs also how they compare.
 *
 * @throws {InputError} If a folder is no run.
 */
export async function writeReport({ out, title, seed, batchSize, ...options }: ReportOptions, { operands: runs, terminal }: CommandContext): Promise<void> {
  const kinds = await Promise.all(runs.map(kindOf));
  const ofKind = (kind: string): string[] => runs.filter((_, index) => kinds[index] === kind);
  const classifications: ClassificationRun[] = await Promise.all(ofKind('classification').map(async (run) => ({ run, metrics: await readMetrics(run) })));
  await selectBackend(options.backend, options);

  const pretraining = await Promise.all(ofKind('pretraining').map(pretrainingPart));
  // Test images with labels tell more than training images without; runs that are compared need the images that they share
  const compares = pretraining.length > 1;
  const searched = compares || classifications.length === 0 ? ofKind('pretraining') : ofKind('classification');
  const names = shortNames(searched);
  const { parts, similarity } = await encoderParts(searched.map((run, index) => ({ run, name: names[index] as string, kind: kinds[runs.indexOf(run)] as 'classification' })), { terminal, seed, batchSize });
  const neighbours = parts.flatMap((part) => ('missing' in part ? [] : [part]));
  const page = renderReport({
    title: title ?? `Report on ${runs.join(', ')}`,
    program: `cxr-ifa ${manifest.version}`,
    pretraining,
    classification: await Promise.all(classifications.map(({ run, metrics }) => classificationPart(run, metrics))),
    differences: await compareProbes(classifications),
    detection: await Promise.all(ofKind('detection').map(detectionPart)),
    comparison: compares
      ? { runs: pretraining.map(({ metrics, queueSize }, index) => ({ name: names[index] as string, metrics, queueSize })), settings: differingSettings(pretraining), figures: finalFigures(pretraining), neighbours, similarity }
      : undefined,
    encoders: parts,
  });
  const path = out ?? join(runs[0] as string, 'report.html');
  await atomicWrite(path, page);
  terminal.print(`The report is ${path}`);
}

/** A detection run has detector.json, a classification run metrics.json, a pre-training run a config.json alone. */
async function kindOf(run: string): Promise<'classification' | 'detection' | 'pretraining'> {
  const has = (name: string): Promise<boolean> => access(join(run, name)).then(() => true, () => false);
  if (await has('detector.json')) return 'detection';
  if (await has('metrics.json')) return 'classification';
  if ((await has('config.json')) && !(await has('features.npy'))) return 'pretraining';
  throw new InputError(`Cannot report on ${run} as it is no run of cxr-ifa pretrain, classify train or detect train: it has no config.json or no results`);
}
