import { extractFeatures, fitLinearProbe, knnClassify, predictLinearProbe, type Features, type FindingLabels } from '@cxr-ifa/heads/classification';
import { auroc } from '@cxr-ifa/metrics';
import type { Encoder, Parameters, Statistics } from '@cxr-ifa/tensor';
import type { Normalisation } from '@cxr-ifa/transforms';
import { imageBatches } from '../encode/imageBatches.ts';
import type { ImageCache } from '../input/imageCache.ts';
import type { ProbeImages } from './probeImages.ts';

/** Scores an encoder as it stands, and leaves it as it is: `probe.linear` and `probe.knn`, the mean AUROC over findings, and that of each under `probe.linear.<finding>`. */
export type OnlineProbe = (query: { readonly parameters: Parameters; readonly statistics: Statistics }) => Promise<Record<string, number>>;

/** The penalty of the linear probe: one for all, as it is the curve that counts; `classify train` chooses its own. */
const PENALTY = 100;
const NEIGHBOURS = 20;
const BATCH = 64;

/**
 * A linear probe and nearest neighbours on features of the encoder in inference mode, fitted on one part of the patients and judged on the held-out one.
 * No randomness: the same encoder has the same score.
 */
export function createOnlineProbe({ findings, images }: ProbeImages, { encoder, cache, normalisation }: { readonly encoder: Encoder; readonly cache: ImageCache; readonly normalisation: Normalisation }): OnlineProbe {
  const [training, heldOut] = [false, true].map((wanted) => images.filter((image) => image.heldOut === wanted)) as [ProbeImages['images'], ProbeImages['images']];
  const labelsOf = (part: ProbeImages['images']): FindingLabels[] => findings.map((name, finding) => ({ name, labels: part.map(({ labels }) => labels[finding] ?? 0), known: part.map(({ labels }) => (labels[finding] === null ? 0 : 1)) }));
  const [trainingLabels, heldOutLabels] = [labelsOf(training), labelsOf(heldOut)];

  return async ({ parameters, statistics }) => {
    const featuresOf = (part: ProbeImages['images']): Promise<Features> => extractFeatures(encoder, parameters, statistics, imageBatches(cache, part.map(({ index }) => index), { normalisation, batchSize: BATCH }));
    const [bank, queries] = [await featuresOf(training), await featuresOf(heldOut)];
    const scores = {
      linear: predictLinearProbe(fitLinearProbe(bank, trainingLabels, { l2: [PENALTY] }), queries),
      knn: await knnClassify(queries, bank, trainingLabels, { k: NEIGHBOURS }),
    };
    return Object.fromEntries(
      Object.entries(scores).flatMap(([method, predictions]) => {
        const found = heldOutLabels.flatMap(({ name, labels, known = [] }): [string, number][] => {
          const area = auroc(predictions.get(name) as Float64Array, labels, { known });
          return area === undefined ? [] : [[`probe.${method}.${name}`, area]];
        });
        return [[`probe.${method}`, found.reduce((sum, [, area]) => sum + area, 0) / found.length] as const, ...found];
      }),
    );
  };
}
