import { InputError } from '@cxr-ifa/tensor';
import { patientClusters } from './patientClusters.ts';
import { placements } from './placements.ts';
import type { ClassClusters } from './placementVariance.ts';
import { rankColumn } from './rankColumn.ts';

/** What DeLong's method takes besides scores, labels and patients. */
export interface DelongOptions {
  /** 1 where the label is known, 0 where the image does not count at all. @default all 1 */
  readonly known?: ArrayLike<number>;
  /** Whether a patient may have several images: Obuchowski's form. @default {false} */
  readonly clustered?: boolean;
  /** The share of intervals that should hold the true value, between 0 and 1. @default {0.95} */
  readonly confidence?: number;
}

/** One set of scores, ready for DeLong's variance. */
export interface DelongColumn extends ClassClusters {
  readonly placements: Float64Array;
  readonly area: number;
  readonly positives: number;
  readonly negatives: number;
}

/** Ranks one set of scores and looks at its patients; `undefined` where all known labels are of one class. */
export function delongColumn(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  patients: ArrayLike<string | number | undefined>,
  { known, clustered = false, confidence = 0.95 }: DelongOptions,
): DelongColumn | undefined {
  const action = "compute DeLong's variance";
  if (patients.length !== scores.length) throw new TypeError(`Cannot ${action} as patients must have one value for each of ${scores.length} scores: current length is ${patients.length}`);
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`Cannot ${action} as confidence must be between 0 and 1: current value is ${confidence}`);
  const column = rankColumn(action, scores, labels, known ? { known } : {});
  const images = column.order;
  const { clusterOf, count } = patientClusters(patients);
  const distinct = new Set(Array.from(images, (image) => clusterOf[image])).size;
  if (!clustered && distinct < images.length) {
    throw new InputError(
      `Cannot ${action} as every patient must have one image: current number is ${images.length} images of ${distinct} patients; pass { clustered: true } for Obuchowski's form, or use patientBootstrap`,
    );
  }
  const { values, positives, negatives } = placements(column, scores.length);
  if (positives === 0 || negatives === 0) return undefined;
  const area = images.reduce((sum, image) => sum + (labels[image] ? (values[image] as number) : 0), 0) / positives;
  return { images, labels, clusterOf, count, placements: values, area, positives, negatives };
}
