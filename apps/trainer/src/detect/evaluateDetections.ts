import { join } from 'node:path';
import type { CommandContext } from '../commands/command.ts';
import { NOT_A_MEDICAL_DEVICE } from '../classify/notice.ts';
import type { DetectEvaluateOptions } from '../options/detectOptions.ts';
import { writeJson } from '../run/runDirectory.ts';
import { UsageError } from '../usageError.ts';
import { readCocoAnnotations, readCocoResults } from './cocoFile.ts';
import { numberBoxes, scoreBoxes } from './scoreBoxes.ts';
import { scoreTable } from './scoreTable.ts';
import { ANNOTATIONS, DETECTIONS } from './writeCoco.ts';

/**
 * Scores the boxes of a run, or of any two COCO files, anew.
 *
 * @throws {InputError} If the files cannot be read or do not fit one another.
 * @throws {UsageError} If neither a run nor both files are given.
 */
export async function evaluateDetections(options: DetectEvaluateOptions, { terminal }: CommandContext): Promise<void> {
  const { run, out, page, confidence } = options;
  if (run === undefined ? options.annotations === undefined || options.detections === undefined : options.annotations !== undefined || options.detections !== undefined) {
    throw new UsageError('Cannot evaluate detections without knowing which: give either --run <run>, or both --annotations <json> and --detections <json>');
  }
  const annotations = await readCocoAnnotations(run === undefined ? (options.annotations as string) : join(run, ANNOTATIONS));
  const results = await readCocoResults(run === undefined ? (options.detections as string) : join(run, DETECTIONS));
  const { uncounted } = numberBoxes(annotations, results);
  const scores = scoreBoxes(annotations, results, options);
  for (const line of scoreTable(scores, { confidence })) terminal.print(line);
  if (uncounted > 0) terminal.print(`${uncounted} detections of findings that their image was not searched for count neither for nor against`);
  if (out !== undefined) await writeJson(out, scores);
  if (page !== undefined) {
    const { writeDetectionPage } = await import('./writeDetectionPage.ts'); // with charts, which take a moment to load
    await writeDetectionPage(page, { annotations, results, scores, confidence, seed: options.seed, images: options.images, name: run ?? (options.annotations as string) });
    terminal.print(`Curves and images are in ${page}`);
  }
  terminal.print(NOT_A_MEDICAL_DEVICE);
}
