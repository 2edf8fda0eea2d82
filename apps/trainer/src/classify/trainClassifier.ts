import { join } from 'node:path';
import { applyLabelPolicy, patientsOf, type LabelMatrix } from '@cxr-ifa/datasets';
import type { Features, FindingLabels } from '@cxr-ifa/heads/classification';
import { createRng, disposeTensors, InputError, type ImageRecord } from '@cxr-ifa/tensor';
import { selectBackend } from '../backend/selectBackend.ts';
import type { CommandContext } from '../commands/command.ts';
import { encodeImages } from '../encode/encodeImages.ts';
import { describeEncoder, openEncoder } from '../encode/openEncoder.ts';
import { prepareRecords } from '../encode/prepareRecords.ts';
import { settleStatistics } from '../encode/settleStatistics.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { ClassifyOptions } from '../options/classifyOptions.ts';
import { createPseudonymiser } from '../output/pseudonymise.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import { describeMachine } from '../run/describeMachine.ts';
import { beginRun, claimFolder } from '../run/runDirectory.ts';
import { drawFraction } from './drawFraction.ts';
import { evaluatePredictions } from './evaluatePredictions.ts';
import { applyProbe, fitProbe, type ProbeData } from './fitProbe.ts';
import { hashSplits } from './hashSplits.ts';
import { writeMetrics } from './metricsFile.ts';
import { NOT_A_MEDICAL_DEVICE } from './notice.ts';
import { formatPredictions, type Predictions } from './predictionsFile.ts';
import { writeProbe } from './probeFile.ts';
import { resultTable } from './resultTable.ts';
import { saveEncoder } from './saveEncoder.ts';
import { selectLabelled } from './selectLabelled.ts';

const CONFIDENCE = 0.95;

/**
 * Probes an encoder: features of all images once, a classifier on the training patients' labels, predictions and AUROC on the test images.
 *
 * @throws {InputError} If images, labels, encoder or backend cannot be used.
 * @throws {UsageError} If the options do not fit one another or the labels.
 */
export async function trainClassifier(options: ClassifyOptions, { terminal, commandLine, given }: CommandContext): Promise<void> {
  const { out, seed, fraction, method, stage, samples } = options;
  const withdraw = await claimFolder(out);
  const labelled = await selectLabelled({ ...options, uncertain: options.labelPolicy, blank: options.blankLabels });
  const backend = await selectBackend(options.backend, options);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const rng = createRng(seed);
  let opened = await openEncoder(options, given);
  const pool = createWorkerPool(options.workers);
  let begun = false;
  try {
    const { selection, cache, indices } = await prepareRecords(labelled.selection, { ...options, preprocessing: opened.preprocessing, folder: out, pool, terminal });
    const { records } = selection;
    const rows = (split: string): number[] => records.flatMap((record, row) => (record.split === split ? [row] : []));
    const [train, val, test] = [rows('train'), rows('val'), rows('test')];
    const trainRecords = train.map((row) => records[row] as ImageRecord);
    const drawn = new Set(drawFraction(trainRecords, fraction, rng));
    const used = train.filter((row) => drawn.has(records[row] as ImageRecord));
    if (used.length === 0 || test.length === 0) throw new InputError(`Cannot classify as no image is left to ${used.length === 0 ? 'train' : 'test'} on once the bad files are out`);
    const matrix = applyLabelPolicy(records, labelled.policy, labelled.findings);

    const work = { cache, batchSize: options.batchSize, terminal };
    opened = await settleStatistics(opened, train.map((row) => indices[row] as number), { ...work, rng });
    const wanted = [...used, ...val, ...test];
    const features = await encodeImages(opened, wanted.map((row) => indices[row] as number), { ...work, stage });
    const part = (from: number, chosen: readonly number[]): ProbeData => ({
      features: sliceFeatures(features, from, chosen.length),
      findings: labelsOf(matrix, chosen),
      patients: chosen.map((row) => records[row]?.patient),
    });
    const { probe, selection: chosenBy } = fitProbe(method, part(0, used), {
      validation: val.length > 0 ? part(used.length, val) : undefined,
      fraction,
      neighbours: options.neighbours,
      rng: rng.fork('probe'),
    });

    const unseen = [...val, ...test];
    const probabilities = await applyProbe(probe, sliceFeatures(features, used.length, unseen.length));
    const pseudonym = createPseudonymiser(options.keepIds);
    const predictions: Predictions = {
      findings: labelled.findings,
      images: unseen.map((row, position) => {
        const { path, patient, split } = records[row] as ImageRecord;
        return { image: path, patient: pseudonym(patient), split, probabilities: probabilities.map((column) => column?.[position]), labels: labelRow(matrix, row) };
      }),
    };
    const results = evaluatePredictions({ ...predictions, images: predictions.images.filter(({ split }) => split === 'test') }, { rng, samples, confidence: CONFIDENCE });

    const count = (chosen: readonly number[]): { images: number; patients: number } => ({ images: chosen.length, patients: patientsOf(chosen.map((row) => records[row] as ImageRecord)).size });
    const splitHash = hashSplits(records);
    const { out: _out, ...config } = options;
    begun = true;
    await saveEncoder(out, opened, seed);
    await writeProbe(out, probe, stage);
    await atomicWrite(join(out, 'predictions.csv'), formatPredictions(predictions));
    await writeMetrics(out, {
      format: 'cxr-ifa-classification-1',
      encoder: describeEncoder(opened),
      random: opened.random,
      method,
      stage: stage ?? null,
      findings: results,
      bootstrap: { unit: 'patient', samples, confidence: CONFIDENCE, seed },
      counts: { read: selection.total, dropped: [...selection.dropped], kept: records.length, train: count(train), trainUsed: count(used), val: count(val), test: count(test) },
      labelPolicy: { ...labelled.policy },
      labelCounts: matrix.counts,
      splitSource: labelled.splitSource,
      splitHash,
      selection: chosenBy ?? null,
    });
    await beginRun(out, config, {
      command: commandLine,
      startedAt: new Date().toISOString(),
      ...describeMachine(),
      backend,
      seed,
      data: { path: options.data, images: records.length, hash: cache.manifest.dataHash, cache: cache.manifest.key },
      split: { source: labelled.splitSource, hash: splitHash },
      labelPolicy: labelled.policy,
    });

    for (const { reason, count: number } of selection.dropped) terminal.print(`Left out ${number} of ${selection.total}: ${reason}`);
    terminal.print(`${describeEncoder(opened)}; ${method} on ${used.length} images of ${count(used).patients} patients${fraction < 1 ? ` (${fraction * 100} % of ${count(train).patients})` : ''}, tested on ${test.length} images of ${count(test).patients}`);
    terminal.print(`Splits ${labelled.splitSource}, hash ${splitHash.slice(0, 16)}`);
    for (const line of resultTable(results, { confidence: CONFIDENCE })) terminal.print(line);
    terminal.print(`Predictions and metrics are in ${out}. ${NOT_A_MEDICAL_DEVICE}`);
  } finally {
    await pool.close();
    disposeTensors(opened.parameters, opened.statistics);
    if (!begun) await withdraw();
  }
}

function sliceFeatures({ data, dimension }: Features, from: number, count: number): Features {
  return { data: data.subarray(from * dimension, (from + count) * dimension), count, dimension };
}

function labelsOf({ labels, known, findings }: LabelMatrix, rows: readonly number[]): FindingLabels[] {
  return findings.map((name, column) => ({
    name,
    labels: rows.map((row) => labels[row * findings.length + column] as number),
    known: rows.map((row) => known[row * findings.length + column] as number),
  }));
}

function labelRow({ labels, known, findings }: LabelMatrix, row: number): (0 | 1 | undefined)[] {
  return findings.map((_, column) => (known[row * findings.length + column] ? (labels[row * findings.length + column] as 0 | 1) : undefined));
}
