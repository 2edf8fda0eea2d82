import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { patientsOf } from '@cxr-ifa/datasets';
import { createRng, disposeTensors, type ImageRecord } from '@cxr-ifa/tensor';
import { selectBackend } from '../backend/selectBackend.ts';
import type { CommandContext } from '../commands/command.ts';
import { describeEncoder, openEncoder } from '../encode/openEncoder.ts';
import { prepareRecords, type PreparedRecords } from '../encode/prepareRecords.ts';
import { describeSelection } from '../input/describeSelection.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { ClassifyOptions } from '../options/classifyOptions.ts';
import { createPseudonymiser } from '../output/pseudonymise.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import { describeMachine } from '../run/describeMachine.ts';
import { Interrupted } from '../run/interruption.ts';
import { beginRun, claimFolder, FINE_TUNING } from '../run/runDirectory.ts';
import { writeTrainedImages } from '../run/trainedImages.ts';
import type { Terminal } from '../terminal.ts';
import { calibratePredictions, chooseRules, type FindingRules } from './chooseRules.ts';
import { evaluatePredictions } from './evaluatePredictions.ts';
import { evaluateSubgroups } from './evaluateSubgroups.ts';
import { writeFeatureDistribution } from './featureDistributionFile.ts';
import type { Leak } from './findLeak.ts';
import { guardTest } from './guardTest.ts';
import { hashSplits } from './hashSplits.ts';
import { writeMetrics, type ClassificationMetrics } from './metricsFile.ts';
import { NOT_A_MEDICAL_DEVICE } from './notice.ts';
import { formatPredictions, type Predictions } from './predictionsFile.ts';
import { writeProbe } from './probeFile.ts';
import { probeImages, type ProbedImages } from './probeImages.ts';
import { resultTable } from './resultTable.ts';
import { saveEncoder } from './saveEncoder.ts';
import { selectLabelled, type LabelledSelection } from './selectLabelled.ts';

const CONFIDENCE = 0.95;

/**
 * Probes an encoder: features of all images once, a classifier on the training patients' labels, predictions and AUROC on the test images.
 * Options and labels are checked before images are read; where the run fails, nothing is left of it
 * but the epochs of a fine-tuning, with which the same command goes on.
 *
 * @throws {InputError} If images, labels, encoder or backend cannot be used.
 * @throws {UsageError} If the options do not fit one another or the labels.
 * @throws {Interrupted} If the signal asked to stop.
 */
export async function trainClassifier(options: ClassifyOptions, { terminal, commandLine, given }: CommandContext, signal?: AbortSignal): Promise<void> {
  const { out, seed, stage } = options;
  const withdraw = await claimFolder(out);
  const labelled = await selectLabelled({ ...options, uncertain: options.labelPolicy, blank: options.blankLabels });
  const backend = await selectBackend(options.backend, options);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const rng = createRng(seed);
  let opened = await openEncoder(options, given);
  const pool = createWorkerPool(options.workers);
  let [begun, interrupted] = [false, false];
  try {
    const prepared = await prepareRecords(labelled.selection, { ...options, preprocessing: opened.preprocessing, folder: out, pool, terminal, ...(signal && { signal }) });
    const { leak, earlier } = await guardTest(prepared, opened, options, terminal);
    const probed = await probeImages(opened, prepared, labelled, { ...options, folder: out, rng, terminal, ...(signal && { signal }) });
    opened = probed.opened;
    const pseudonym = createPseudonymiser(options.keepIds);
    const raw: Predictions = { findings: labelled.findings, images: probed.predictions.map((prediction) => ({ ...prediction, patient: pseudonym(prediction.patient) })) };
    const decidingOn = new Set(probed.parts.valUsed.map(({ path }) => path));
    const rules = chooseRules({ ...raw, images: raw.images.filter(({ image }) => decidingOn.has(image)) }, options.calibration);
    const predictions = calibratePredictions(raw, rules);
    const test = { ...predictions, images: predictions.images.filter(({ split }) => split === 'test') };
    const bootstrap = { rng, samples: options.samples, confidence: CONFIDENCE };
    const judged = { ...evaluatePredictions(test, bootstrap, rules), subgroups: evaluateSubgroups(test, probed.parts.test, bootstrap) };
    const metrics = metricsOf(options, labelled, prepared, probed, rules, judged, leak);

    begun = true;
    await saveEncoder(out, opened, seed);
    await writeProbe(out, probed.probe, stage, rules);
    if (probed.distribution) await writeFeatureDistribution(out, probed.distribution);
    await atomicWrite(join(out, 'predictions.csv'), formatPredictions(predictions));
    await writeMetrics(out, metrics);
    const trained = new Set(probed.parts.trainUsed.map(({ path }) => path));
    const indices = prepared.indices.filter((_, row) => trained.has((prepared.selection.records[row] as ImageRecord).path));
    await writeTrainedImages(out, prepared.cache, prepared.selection.records, { indices, earlier });
    const { out: _out, ...config } = options;
    const { dataHash: hash, key: cache } = prepared.cache.manifest;
    await beginRun(out, config, {
      command: commandLine,
      startedAt: new Date().toISOString(),
      ...describeMachine(),
      backend,
      seed,
      data: { path: options.data, images: prepared.selection.records.length, hash, cache },
      split: { source: labelled.splitSource, hash: metrics.splitHash },
      labelPolicy: labelled.policy,
      leak,
    });
    await rm(join(out, FINE_TUNING), { recursive: true, force: true });
    for (const line of describeSelection(prepared.selection)) terminal.print(line);
    printResults(metrics, judged, options, terminal);
  } catch (error) {
    interrupted = error instanceof Interrupted;
    throw error;
  } finally {
    await pool.close();
    disposeTensors(opened.parameters, opened.statistics);
    if (!begun && !interrupted) await withdraw();
  }
}

function metricsOf({ method, imbalance, stage, samples, seed }: ClassifyOptions, { policy, splitSource }: LabelledSelection, { selection }: PreparedRecords, { parts, matrix, opened, selection: chosenBy }: ProbedImages, rules: readonly FindingRules[], judged: Required<Pick<ClassificationMetrics, 'subgroups'>> & ReturnType<typeof evaluatePredictions>, leak: Leak | null): ClassificationMetrics {
  const count = (records: readonly ImageRecord[]): { images: number; patients: number } => ({ images: records.length, patients: patientsOf(records).size });
  return {
    format: 'cxr-ifa-classification-1',
    encoder: describeEncoder(opened),
    random: opened.random,
    method,
    imbalance,
    stage: stage ?? null,
    ...judged,
    macro: { ...judged.macro, over: [...judged.macro.over] },
    findings: judged.findings.map((finding) => ({ ...finding, operatingPoints: [...finding.operatingPoints] })),
    calibration: rules.flatMap(({ finding, calibration }) => (calibration ? [{ finding, ...calibration }] : [])),
    bootstrap: { unit: 'patient', interval: 'bca', samples, confidence: CONFIDENCE, seed },
    counts: { read: selection.total, dropped: [...selection.dropped], kept: selection.records.length, train: count(parts.train), trainUsed: count(parts.trainUsed), val: count(parts.val), test: count(parts.test) },
    labelPolicy: { ...policy },
    labelCounts: matrix.counts,
    splitSource,
    splitHash: hashSplits(selection.records),
    leak,
    selection: chosenBy ?? null,
  };
}

function printResults({ counts, encoder, method, splitSource, splitHash }: ClassificationMetrics, judged: ReturnType<typeof evaluatePredictions>, { out, fraction }: ClassifyOptions, { print }: Terminal): void {
  const { train, trainUsed, test } = counts;
  const share = fraction < 1 ? ` (${fraction * 100} % of ${train.patients})` : '';
  print(`${encoder}; ${method} on ${trainUsed.images} images of ${trainUsed.patients} patients${share}, tested on ${test.images} images of ${test.patients}`);
  print(`Splits ${splitSource}, hash ${splitHash.slice(0, 16)}`);
  for (const line of resultTable(judged.findings, judged.macro, { confidence: CONFIDENCE })) print(line);
  print(`Predictions and metrics are in ${out}. ${NOT_A_MEDICAL_DEVICE}`);
}
