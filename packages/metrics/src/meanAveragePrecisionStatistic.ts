import { drawWeights } from './drawWeights.ts';
import type { AnnotatedBox, DetectedBox } from './detectionBoxes.ts';
import { precisionAt101 } from './interpolatedPrecision.ts';
import { matchAllBoxes, type BoxScoreOptions } from './matchAllBoxes.ts';
import type { WeightedStatistic } from './weightedStatistic.ts';

/**
 * COCO's mean average precision as a function of image weights, for {@link patientBootstrap}: boxes are matched once.
 *
 * @param detections What was found.
 * @param objects What is there.
 * @param options Sizes, thresholds and the most detections.
 * @returns The statistic; `undefined` where no image that counts has an object.
 * @throws {RangeError} As {@link meanAveragePrecision}.
 *
 * @example
 * ```ts
 * const { map } = patientBootstrap({ map: meanAveragePrecisionStatistic(detections, objects, { images, findings, iouThresholds: [0.5] }) }, patients, { rng });
 * ```
 */
export function meanAveragePrecisionStatistic(detections: readonly DetectedBox[], objects: readonly AnnotatedBox[], options: BoxScoreOptions): WeightedStatistic {
  const outcomes = matchAllBoxes('compute mean average precision', detections, objects, options);
  const weightsOf = drawWeights('compute mean average precision', options.images);
  return (draw) => {
    const weights = weightsOf(draw);
    const values = outcomes.flatMap(({ ranked, objects: counts }) => {
      const total = counts.reduce((sum, count, image) => sum + count * (weights[image] as number), 0);
      return total > 0 ? ranked.map((own) => precisionAt101(own, { weights, total })) : [];
    });
    return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined;
  };
}
