import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatCsv } from '@cxr-ifa/datasets';
import { createRng } from '@cxr-ifa/tensor';
import manifest from '../../package.json' with { type: 'json' };
import { selectBackend } from '../backend/selectBackend.ts';
import type { BootstrapSettings, Estimate } from '../classify/findingColumn.ts';
import { NOT_A_MEDICAL_DEVICE } from '../classify/notice.ts';
import type { CommandContext } from '../commands/command.ts';
import type { InvertEvaluateOptions } from '../options/invertEvaluateOptions.ts';
import { formatTable } from '../output/formatTable.ts';
import { renderPage } from '../report/renderPage.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import { claimFolder, writeJson } from '../run/runDirectory.ts';
import { UsageError } from '../usageError.ts';
import type { Averages, InversionEvaluation } from './inversionEvaluation.ts';
import { intervalText } from './intervalText.ts';
import { inversionPage } from './inversionPage.ts';
import { labelsOfImages } from './labelsOfImages.ts';
import { metricName } from './metricName.ts';
import { openScorers } from './openScorers.ts';
import { preservedFindings } from './preservedFindings.ts';
import { readInverted } from './readInverted.ts';
import { reconstructionDistance } from './reconstructionDistance.ts';
import { scoreReconstructions, type ReconstructionScores } from './scoreReconstructions.ts';
import { summariseColumns } from './summariseColumns.ts';

/**
 * Judges an inversion's reconstructions, beside the generator's mean image as the floor: `images.csv`, `summary.json`, `report.html`.
 *
 * @throws {InputError} If the inversion, a judge, the classifier or labels cannot be used.
 * @throws {UsageError} If options contradict one another.
 */
export async function evaluateInversion(options: InvertEvaluateOptions, { terminal }: CommandContext): Promise<void> {
  const { run, out, samples, confidence, seed } = options;
  if (options.data !== undefined && options.classifier === undefined) throw new UsageError('Cannot use labels without a classifier: give --classifier <run of classify train>, or leave --data out');
  await claimFolder(out);
  const { metrics, originals, reconstructions, mean, side } = await readInverted(run);
  const { perImage } = metrics;
  const backend = await selectBackend(options.backend, options);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const scorers = await openScorers(options);
  try {
    const patients = perImage.map(({ patient }) => patient ?? undefined);
    const labels = scorers.classifier && options.data !== undefined ? await labelsOfImages(perImage.map(({ image, name }) => image ?? name), scorers.classifier.findings, { ...options, data: options.data }) : undefined;
    const own = await scoreReconstructions(originals, reconstructions, scorers);
    const floor = await scoreReconstructions(originals, originals.map(() => mean), scorers);

    const rng = createRng(seed);
    const settings = (what: string): BootstrapSettings => ({ rng: rng.fork(what), samples, confidence });
    const gains = Object.fromEntries(Object.entries(own.columns).map(([name, values]) => [name, values.map((value, row) => value - (floor.columns[name]?.[row] as number))]));
    const evaluation: InversionEvaluation = {
      images: perImage.length,
      patients: new Set(patients.map((patient, row) => patient ?? row)).size,
      confidence,
      metrics: Object.keys(own.columns).map((name) => ({ name, reconstruction: of(own.columns, name), mean: of(floor.columns, name), gain: of(gains, name) })),
      findings: preservedFindings(own.logits, labels, patients, settings('findings')),
      distances: Object.entries(own.features).map(([judge, features]) => ({ judge, distance: reconstructionDistance(features, patients, rng.fork('distance', judge)) ?? null })),
    };
    await mkdir(out, { recursive: true });
    await atomicWrite(join(out, 'images.csv'), imagesCsv(perImage, own));
    const { out: _, ...config } = options;
    await writeJson(join(out, 'summary.json'), { format: 'cxr-ifa-inversion-evaluation-1', options: config, inversion: { ...metrics.options, generatorStep: metrics.generatorStep }, classifier: scorers.classifier?.id ?? null, bootstrap: { unit: 'patient', samples, confidence, seed }, ...evaluation });
    await atomicWrite(join(out, 'report.html'), renderPage({ title: 'What inversion keeps of images', program: `${manifest.name} ${manifest.version}`, body: inversionPage(evaluation, { originals, reconstructions, mean, side, names: perImage.map(({ name }) => name), psnr: own.columns['psnr'] as number[], made: metrics }) }));
    for (const line of summaryLines(evaluation)) terminal.print(line);
    terminal.print(`images.csv, summary.json and report.html are in ${out}. ${NOT_A_MEDICAL_DEVICE}`);

    function of(columns: Readonly<Record<string, readonly number[]>>, name: string): Averages {
      const summary = summariseColumns({ it: columns[name] as number[] }, patients, settings('metrics')); // the same draws for all
      return { mean: summary['it.mean'] as Estimate, median: summary['it.median'] as Estimate };
    }
  } finally {
    scorers.dispose();
  }
}

function imagesCsv(perImage: readonly { readonly name: string; readonly image: string | null; readonly patient: string | null }[], { columns, logits }: ReconstructionScores): string {
  const [names, findings] = [Object.keys(columns), Object.entries(logits)];
  const header = ['name', 'image', 'patient', ...names, ...findings.flatMap(([finding]) => [`${finding}:before`, `${finding}:after`])];
  return formatCsv([header, ...perImage.map(({ name, image, patient }, row) => [name, image ?? undefined, patient ?? undefined, ...names.map((metric) => columns[metric]?.[row]), ...findings.flatMap(([, { before, after }]) => [before[row], after[row]])])]);
}

function summaryLines({ metrics, findings, distances, confidence }: InversionEvaluation): string[] {
  return [
    ...formatTable([['median over images', `reconstruction (${confidence * 100} % interval)`, 'mean image', 'difference'], ...metrics.map(({ name, reconstruction, mean, gain }) => [metricName(name), intervalText(reconstruction.median), intervalText(mean.median), intervalText(gain.median, { signed: true })])]),
    ...findings.map(({ finding, rankCorrelation, labelled }) => `${finding}: rank correlation of log odds before and after ${rankCorrelation?.toFixed(3) ?? 'not defined'}${labelled ? `; AUROC ${intervalText(labelled.before)} before, ${intervalText(labelled.after)} after, difference ${intervalText(labelled.difference, { signed: true })}` : ''}`),
    ...distances.map(({ judge, distance }) => (distance ? `Kernel distance (KID) by ${judge}: reconstructions ${distance.reconstructions.value.toPrecision(3)}, originals ${distance.originals.value.toPrecision(3)}` : `Kernel distance (KID) by ${judge}: too few images`)),
  ];
}
