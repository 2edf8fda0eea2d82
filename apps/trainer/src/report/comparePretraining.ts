import { linearCka } from '@cxr-ifa/metrics';
import { flagOf } from '../options/option.ts';
import type { EncodedSample } from './encodeSample.ts';
import { curvePanels, type CurvePanel } from './curvePanels.ts';
import { formatNumber } from './formatValue.ts';
import type { PretrainingPart } from './renderReport.ts';
import { flatten } from './settings.ts';
import { keysOf } from './trainingCurves.ts';

/** A row of a table with a column a run. */
export type ComparedRow = readonly [name: string, ...values: string[]];

/** How alike the features of several encoders are on the same images, by linear centred kernel alignment. */
export interface FeatureSimilarity {
  /** Whose they are. */
  readonly names: readonly string[];
  readonly images: number;
  /** By first, then second encoder; absent where features have no variance. */
  readonly values: readonly (readonly (number | undefined)[])[];
}

/** CKA takes time with the square of the images; its estimate is unbiased at any number. */
const MOST_IMAGES = 500;
/** Of a run: what its last numbers are averaged over. */
const LAST = 0.1;
/** Where results lie and how work is shared out changes no number. */
const WITHOUT_EFFECT = new Set(['out', 'resume', 'cache', 'workers', 'checkpointEvery', 'keepCheckpoints']);
const FROM_CARD = ['versions.cxr-ifa', 'backend.name', 'backend.threads', 'hardware.processor', 'data.images', 'data.hash', 'trainedOn'];

/** The settings and circumstances in which runs differ. */
export function differingSettings(runs: readonly Pick<PretrainingPart, 'config' | 'card'>[]): ComparedRow[] {
  const settingsOf = ({ config, card }: Pick<PretrainingPart, 'config' | 'card'>): Map<string, string> =>
    new Map([...flatten(config).filter(([name]) => !WITHOUT_EFFECT.has(name)).map(([name, value]) => [flagOf(name), value] as const), ...flatten(card).filter(([name]) => FROM_CARD.includes(name)).map(([name, value]) => [name, name === 'data.hash' ? value.slice(0, 16) : value] as const)]);
  const settings = runs.map(settingsOf);
  const names = [...new Set(settings.flatMap((own) => [...own.keys()]))];
  return names.map((name): ComparedRow => [name, ...settings.map((own) => own.get(name) ?? 'not there')]).filter(([, ...values]) => new Set(values).size > 1);
}

/** What runs came to: the mean of each number over the last tenth of the steps that were logged. */
export function finalFigures(runs: readonly Pick<PretrainingPart, 'metrics'>[]): ComparedRow[] {
  const keys = keysOf(runs);
  const figure = (metrics: PretrainingPart['metrics'], key: string, { chart }: CurvePanel): string => {
    const values = metrics.map((row) => row[key] as number).filter(Number.isFinite);
    const last = values.slice(-Math.max(1, Math.round(LAST * values.length)));
    if (last.length === 0) return 'not logged';
    const mean = last.reduce((sum, value) => sum + value, 0) / last.length;
    return chart.yFormat?.endsWith('%') ? `${(100 * mean).toFixed(1)} %` : formatNumber(mean);
  };
  const rows = curvePanels(keys).flatMap(({ panels }) =>
    panels.filter(({ exact }) => !exact).flatMap((panel) => panel.lines(keys).map(([key, line], _, all): ComparedRow => [all.length > 1 ? `${panel.title}: ${line}` : panel.title, ...runs.map(({ metrics }) => figure(metrics, key, panel))])),
  );
  return [['Steps', ...runs.map(({ metrics }) => formatNumber(metrics.at(-1)?.['step'] ?? 0))], ...rows];
}

/** CKA between the features of each pair of samples, on the images that all of them have; nothing where those are fewer than four. */
export function featureSimilarity(samples: readonly Pick<EncodedSample, 'run' | 'images' | 'features'>[]): FeatureSimilarity | undefined {
  const shared = samples.map(({ images }) => new Set(images.map(({ name }) => name))).reduce((all, own) => new Set([...all].filter((name) => own.has(name))));
  const names = [...shared].slice(0, MOST_IMAGES);
  if (samples.length < 2 || names.length < 4) return undefined;
  const features = samples.map(({ images, features: { data, dimension } }) => {
    const rows = new Map(images.map(({ name }, row) => [name, row]));
    const chosen = new Float32Array(names.length * dimension);
    names.forEach((name, to) => chosen.set(data.subarray((rows.get(name) as number) * dimension, ((rows.get(name) as number) + 1) * dimension), to * dimension));
    return { data: chosen, count: names.length, dimension };
  });
  const above = features.map((first, i) => features.map((second, j) => (j > i ? linearCka(first, second) : undefined)));
  return { names: samples.map(({ run }) => run), images: names.length, values: features.map((_, i) => features.map((_, j) => (i === j ? 1 : above[Math.min(i, j)]?.[Math.max(i, j)]))) };
}
