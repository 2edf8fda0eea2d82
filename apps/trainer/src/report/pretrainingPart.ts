import { interpretTraining, type Verdict } from '@cxr-ifa/moco';
import { pretrainOptions, type PretrainOptions } from '../options/pretrainOptions.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import { isAligned } from '../run/alignedGrids.ts';
import { intermediateOf } from '../run/intermediateOf.ts';
import { interpretationContext } from '../run/interpretationContext.ts';
import { ratesOf } from '../run/optimizerOf.ts';
import { readRunFile } from '../run/runDirectory.ts';
import { drawViewPairs } from './drawViewPairs.ts';
import { formatNumber } from './formatValue.ts';
import { readMetricsLog } from './readMetricsLog.ts';
import type { PretrainingPart } from './renderReport.ts';
import { runImages } from './runImages.ts';
import type { MetricsRow } from './trainingCurves.ts';

const VIEW_PAIRS = 8;

/**
 * What a report shows of a pre-training run.
 *
 * @throws {InputError} If the folder is no such run.
 */
export async function pretrainingPart(run: string): Promise<PretrainingPart> {
  const [config, card, metrics] = [await readRunFile(run, 'config.json'), await readRunFile(run, 'run-card.json'), await readMetricsLog(run)];
  const options = resolveOptions(`report on ${run}`, pretrainOptions, {}, config);
  const cache = await runImages(run, config, card);
  const views = 'missing' in cache ? cache : await drawViewPairs(cache, options, VIEW_PAIRS);
  return { name: run, facts: factsOf(options, card, metrics), metrics, verdict: verdictOf(options, metrics), queueSize: options.queueSize, views, config, card };
}

/** How training went; logs from before `relativeInfoNce` was logged are read as if it had been. */
function verdictOf(options: PretrainOptions, metrics: readonly MetricsRow[]): Verdict | undefined {
  const { queueSize, batchNormGroups } = options;
  if (queueSize === undefined || batchNormGroups === undefined) return undefined;
  const rows = metrics.map((row): MetricsRow => ({ ...(row['infoNce'] !== undefined && { relativeInfoNce: row['infoNce'] / Math.log(queueSize + 1) }), ...row }));
  return interpretTraining(rows, interpretationContext(options, { queueSize, batchNormGroups }));
}

function factsOf(options: PretrainOptions, card: Readonly<Record<string, unknown>>, metrics: readonly MetricsRow[]): [string, string][] {
  const { backend, data } = card as { backend?: { name?: string; threads?: number }; data?: { images?: number } };
  const last = metrics.at(-1);
  const speeds = metrics.flatMap(({ imagesPerSecond }) => (imagesPerSecond === undefined ? [] : [imagesPerSecond])).sort((a, b) => a - b);
  const { ifa, intermediate } = intermediateOf(options);
  const terms = ifa.map(({ stage, target }) => `${stage} to ${target}`).join(', ');
  return [
    ['Encoder', `${options.arch}, width ${options.width}`],
    ['Image side', `${options.imageSize} pixels`],
    ['Training images', data?.images === undefined ? 'unknown' : formatNumber(data.images)],
    ['Steps so far', last ? `${formatNumber(last['step'] as number)}${last['epoch'] === undefined ? '' : `, in epoch ${formatNumber(last['epoch'] + 1)}`}` : 'none'],
    ['Batch', `${options.batchSize} images, ${options.batchNormGroups} batch-norm groups${options.accumulate > 1 ? `, in ${options.accumulate} micro-batches` : ''}`],
    intermediate ? ['In the place of IFA', `${options.ifa}: ${intermediate.stages.join(', ')}`] : ['IFA loss', terms ? `${options.ifa}: ${terms}${isAligned(options) ? ', maps aligned' : ''}` : 'none (plain MoCo v2)'],
    ['Views', `${options.augment}${options.augmentArithmetic === 'uint8' ? ' in 8 bits' : ''}, query ${options.query}`],
    ['Key queue', options.queueSize === undefined ? 'unknown' : `${formatNumber(options.queueSize)} keys`],
    ['Optimiser', describeOptimiser(options)],
    ['Learning rate', describeSchedule(options)],
    ['Backend', backend?.name === undefined ? 'unknown' : `${backend.name}${backend.threads === undefined ? '' : `, ${backend.threads} threads`}`],
    ...(speeds.length > 0 ? ([['Median speed', `${formatNumber(speeds[speeds.length >> 1] as number)} images/s`]] as [string, string][]) : []),
    ['Seed', String(options.seed)],
  ];
}

function describeOptimiser({ decayExcept, clipGradients, ...options }: PretrainOptions): string {
  const { weightDecay } = ratesOf(options);
  return [`${options.optimizer}, weight decay ${formatNumber(weightDecay)}`, ...(decayExcept.length > 0 ? [`none on ${decayExcept.join(' and ')}`] : []), ...(clipGradients === undefined ? [] : [`gradients clipped to ${formatNumber(clipGradients)}`])].join(', ');
}

function describeSchedule({ schedule, scheduleBy, warmUp, milestones, ...options }: PretrainOptions): string {
  const { learningRate } = ratesOf(options);
  return [`${formatNumber(learningRate)}, ${schedule} by the ${scheduleBy}`, ...(milestones ? [`at ${milestones.join(' and ')}`] : []), ...(warmUp === undefined ? [] : [`risen in ${warmUp}`])].join(', ');
}
