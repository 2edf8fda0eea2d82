import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { disposeTensors } from '@cxr-ifa/tensor';
import manifest from '../../../package.json' with { type: 'json' };
import { NOT_A_MEDICAL_DEVICE } from '../../classify/notice.ts';
import type { CommandContext } from '../../commands/command.ts';
import { selectBackend } from '../../backend/selectBackend.ts';
import { trainDetector } from '../../detect/trainDetector.ts';
import { detectTrainOptions } from '../../options/detectOptions.ts';
import type { DetectionOptions } from '../../options/detectionOptions.ts';
import { resolveOptions } from '../../options/resolveOptions.ts';
import { formatTable } from '../../output/formatTable.ts';
import { lineChart, type Series } from '../../report/chart.ts';
import { html } from '../../report/html.ts';
import { legend } from '../../report/legend.ts';
import { renderPage } from '../../report/renderPage.ts';
import { atomicWrite } from '../../run/atomicWrite.ts';
import { loadEncoder } from '../../run/loadEncoder.ts';
import { writeJson } from '../../run/runDirectory.ts';
import { compareStarts, type StartComparison } from './compareStarts.ts';
import { readDetectionRun, type DetectionRun } from './detectionRun.ts';

const STARTS = ['pretrained', 'random'] as const;
const [FRACTIONS, SEEDS] = [[1, 0.1, 0.01], [1, 2, 3]];

/**
 * Trains a detector for every start, share of the labels and seed, on the same images and splits, one after another. A run that is finished is not taken again,
 * one that was interrupted goes on. `results.json` and `results.html` are of the runs that are finished so far.
 *
 * @throws {InputError} As `detect train`.
 */
export async function runDetection(options: DetectionOptions, context: CommandContext): Promise<void> {
  const { out, init, fractions, seeds, ...shared } = options;
  const { terminal } = context;
  await selectBackend(options.backend, options);
  const { table, preprocessing, parameters, statistics } = await loadEncoder(init);
  disposeTensors(parameters, statistics);
  const shape = { arch: table.architecture, width: table.width, imageSize: preprocessing.imageSize, clipPercentile: preprocessing.clipPercentile, aspect: preprocessing.aspect };
  // Seed by seed: an experiment that is cut short has whole comparisons of fewer seeds
  const cells = (seeds.length > 0 ? seeds : SEEDS).flatMap((seed) => (fractions.length > 0 ? fractions : FRACTIONS).flatMap((fraction) => STARTS.map((start) => ({ start, fraction, seed }))));
  await mkdir(out, { recursive: true });
  const runs: DetectionRun[] = [];
  for (const [index, cell] of cells.entries()) {
    const folder = join(out, `${cell.start}-${cell.fraction}-${cell.seed}`);
    if (!existsSync(join(folder, 'metrics.json'))) {
      terminal.print(`${cell.start} encoder, ${cell.fraction * 100} % of the labels, seed ${cell.seed} (${index + 1} of ${cells.length})`);
      const start = cell.start === 'random' ? { ...shape, init: 'random', encoderRate: 1 } : { init };
      const isBegun = existsSync(join(folder, 'config.json'));
      if (!isBegun) await rm(folder, { recursive: true, force: true });
      const given = { ...shared, cache: options.cache ?? join(out, 'cache'), ...start, fraction: cell.fraction, seed: cell.seed, out: folder, ...(isBegun && { resume: folder }) };
      await trainDetector(resolveOptions('run an experiment', detectTrainOptions, given), { ...context, given: isBegun ? {} : start });
    }
    runs.push(await readDetectionRun(folder, cell));
    await writeResults(out, runs);
  }
  for (const line of resultLines(compareStarts(runs))) terminal.print(line);
  terminal.print(`Runs, results.json and results.html are in ${out}. ${NOT_A_MEDICAL_DEVICE}`);
}

async function writeResults(out: string, runs: readonly DetectionRun[]): Promise<void> {
  const comparison = compareStarts(runs);
  await writeJson(join(out, 'results.json'), { format: 'cxr-ifa-detection-experiment-1', comparison, runs });
  const charts = comparison.map(({ fraction }) => {
    const series = STARTS.flatMap((start): Series[] => runs.filter((run) => run.fraction === fraction && run.start === start).map(({ seed, curve }) => ({ name: `${start}, seed ${seed}`, points: curve })));
    return html`<figure class="panel"><h4>${fraction * 100} % of the labels</h4>${lineChart(series, { label: `validation mAP at 0.5 over steps with ${fraction * 100} % of the labels`, xLabel: 'steps', yLabel: 'mAP at 0.5', yFromZero: true })}${legend(series.map(({ name }) => name))}</figure>`;
  });
  const body = html`<section><h2>Pretrained and random start</h2><pre>${resultLines(comparison).join('\n')}</pre><div class="panels">${charts}</div></section>`;
  await atomicWrite(join(out, 'results.html'), renderPage({ title: 'Detection from a pretrained and from a random encoder', program: `${manifest.name} ${manifest.version}`, body }));
}

function resultLines(comparison: readonly StartComparison[]): string[] {
  const number = (value: number | null): string => (value === null ? '-' : value.toFixed(3));
  return formatTable([
    ['labels', 'seeds', 'pretrained mAP50', 'random mAP50', 'steps to the random start\'s last, of all'],
    ...comparison.map(({ fraction, seeds, pretrained, random, stepShares }) => [`${fraction * 100} %`, String(seeds), number(pretrained), number(random), stepShares.map((share) => (share === null ? 'never' : share.toFixed(2))).join(', ') || '-']),
  ]);
}
