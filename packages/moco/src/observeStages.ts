import { concat, mean, slice, tidy, type Scalar, type Tensor4D } from '@tensorflow/tfjs-core';
import { cosineMap, type StageMaps } from '@cxr-ifa/losses';

/**
 * What the maps of images show, position by position at equal places of both views: `similarity.<stage>`, the mean cosine to the key's map of the same image,
 * of stages whose loss does not say it; and `otherSimilarity.<stage>`, that to the next image's. Where both are near 1, the maps of all images point one way.
 *
 * @param queries Maps by stage, [n, H, W, C]; borrowed.
 * @param keys The keys' maps of the same images; borrowed.
 * @param known Stages whose similarity is known.
 * @returns Scalars by name, which belong to the caller.
 */
export function observeStages(queries: StageMaps, keys: StageMaps, known: readonly string[]): Record<string, Scalar> {
  return tidy(() => {
    const numbers: Record<string, Scalar> = {};
    for (const [stage, key] of Object.entries(keys)) {
      const query = queries[stage] as Tensor4D;
      const shift = 1 % key.shape[0];
      const next = concat([slice(key, [shift, 0, 0, 0]), slice(key, [0, 0, 0, 0], [shift, -1, -1, -1])]); // [n, H, W, C]
      if (!known.includes(stage)) numbers[`similarity.${stage}`] = mean(cosineMap(query, key));
      numbers[`otherSimilarity.${stage}`] = mean(cosineMap(query, next));
    }
    return numbers;
  });
}
