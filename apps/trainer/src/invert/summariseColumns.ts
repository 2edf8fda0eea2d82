import { meanStatistic, patientBootstrap } from '@cxr-ifa/metrics';
import { estimateOf, type BootstrapSettings, type Estimate } from '../classify/findingColumn.ts';
import { medianStatistic } from './medianStatistic.ts';

/**
 * Mean and median of each column over images, as `psnr.mean` and `psnr.median`, with bootstrap intervals over patients where there are at least two.
 *
 * @param columns One number an image.
 * @param patients The patient of each image; an image with `undefined` is a patient of its own.
 */
export function summariseColumns(columns: Readonly<Record<string, readonly number[]>>, patients: readonly (string | undefined)[], settings: BootstrapSettings): Record<string, Estimate> {
  const statistics = Object.fromEntries(Object.entries(columns).flatMap(([name, values]) => [[`${name}.mean`, meanStatistic(values)] as const, [`${name}.median`, medianStatistic(values)] as const]));
  if (new Set(patients.map((patient, row) => patient ?? row)).size < 2) {
    const ones = patients.map(() => 1);
    return Object.fromEntries(Object.entries(statistics).map(([name, statistic]) => [name, { value: statistic(ones) ?? null, low: null, high: null }]));
  }
  const drawn = patientBootstrap(statistics, patients, settings);
  return Object.fromEntries(Object.entries(drawn).map(([name, interval]) => [name, estimateOf(interval)]));
}
