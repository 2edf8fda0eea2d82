import { basename } from 'node:path';
import type { ClassificationMetrics } from '../classify/metricsFile.ts';
import { readRunFile } from '../run/runDirectory.ts';
import { detailsPart } from './detailsPart.ts';
import type { ClassificationPart } from './renderReport.ts';

/**
 * What a report shows of a classification run.
 *
 * @throws {InputError} If the folder is no such run.
 */
export async function classificationPart(run: string, metrics: ClassificationMetrics): Promise<ClassificationPart> {
  const { counts, findings, splitSource, splitHash, labelPolicy, selection, encoder } = metrics;
  const { train, trainUsed, val, test } = counts;
  return {
    name: run,
    probe: { name: probeName(run, metrics), findings, trainingImages: trainUsed.images, trainingPatients: trainUsed.patients, testImages: test.images, testPatients: test.patients, bootstrap: metrics.bootstrap },
    counts: [
      ['files or rows read', counts.read],
      ...counts.dropped.map(({ reason, count }) => [`left out: ${reason}`, count] as const),
      ['images used', counts.kept],
      ['train', `${train.images} images of ${train.patients} patients, of which ${trainUsed.images} images of ${trainUsed.patients} patients with their labels`],
      ['val', `${val.images} images of ${val.patients} patients`],
      ['test', `${test.images} images of ${test.patients} patients`],
      ['splits', splitSource],
      ["splits' hash", splitHash],
      ['uncertain labels', labelPolicy.uncertain],
      ['blank labels', labelPolicy.blank],
      ['encoder', encoder],
      ...(selection === null ? [] : [['penalty chosen by', selection] as const]),
    ],
    details: await detailsPart({ run, metrics }),
    config: await readRunFile(run, 'config.json'),
    card: await readRunFile(run, 'run-card.json'),
  };
}

/** A run's name in charts and tables. */
export function probeName(run: string, { random, method }: Pick<ClassificationMetrics, 'random' | 'method'>): string {
  return `${basename(run)} (${random ? 'random encoder' : 'pre-trained'}, ${method})`;
}
