import { l2Normalise, type StageMaps } from '@cxr-ifa/losses';
import { disposeTensors } from '@cxr-ifa/tensor';
import { concat, slice, stack, tidy, type Scalar, type Tensor1D, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { checkViews } from './checkViews.ts';
import { chooseBatchNormGroups } from './chooseBatchNormGroups.ts';
import { encodeKeys } from './encodeKeys.ts';
import { keyOrder } from './keyOrder.ts';
import { observeContrast } from './observeContrast.ts';
import { observeStages } from './observeStages.ts';
import type { GradientContext } from './queryGradients.ts';
import { sliceRows } from './sliceRows.ts';
import type { Views } from './views.ts';

/** Unit vectors of a batch in host memory, row by row. */
export interface EmbeddingRows {
  /** count x dimension values. */
  readonly data: Float32Array;
  readonly count: number;
  readonly dimension: number;
}

/** What a close look at a batch shows. */
export interface Observation {
  /** By name: those of `observeContrast`, and `similarity.<stage>` and `otherSimilarity.<stage>` of `observeStages`. */
  readonly numbers: Readonly<Record<string, number>>;
  /** The batch's projections: queries, and their keys in the same order. */
  readonly query: EmbeddingRows;
  readonly key: EmbeddingRows;
}

/** How many images of a batch show the cosines of stages. */
const IMAGES_OF_STAGES = 16;

/**
 * Encodes a batch as a training step would, without gradients, and measures what comes of it; nothing is changed.
 * Its keys are encoded twice: as they are trained with, and in other batch-norm groups, at least two.
 *
 * @param views Two views of the same images; borrowed, as everything else.
 */
export async function observe({ options, approximation, state }: GradientContext, views: Views): Promise<Observation> {
  const { encoder, head, microBatches, rng, temperature } = options;
  const groups = checkViews(options, views);
  const batch = views.key.shape[0];
  const stages = encoder.stages.map(({ name }) => name);
  const images = Math.min(batch / microBatches, IMAGES_OF_STAGES);
  const firsts = (maps: StageMaps): Record<string, Tensor4D> => Object.fromEntries(stages.map((stage) => [stage, slice(maps[stage] as Tensor4D, [0, 0, 0, 0], [images, -1, -1, -1])])); // [n, H, W, C]
  const encodeInGroups = (permutation: Int32Array, ofGroups: number, kept: readonly string[]): { embeddings: Tensor2D; stages: StageMaps } => {
    const { batchStatistics, embeddings, stages: maps } = encodeKeys({ encoder, head }, state.key, views.key, { permutation, groups: ofGroups, microBatches, terms: kept.map((stage) => ({ stage })) });
    disposeTensors(batchStatistics);
    return { embeddings, stages: maps };
  };
  const encodeQueries = (part: number): { embeddings: Tensor2D; stages: StageMaps } =>
    tidy(() => {
      const encoded = encoder.encode(state.query.encoder, state.query.statistics, sliceRows(views.query, part, microBatches), { training: true, groups: groups / microBatches });
      return { embeddings: l2Normalise(head.project(state.query.head, encoded.features)), stages: part === 0 ? firsts(encoded.stages) : {} };
    });

  const { query, key, ...numbers } = tidy(() => {
    const parts = Array.from({ length: microBatches }, (_, part) => encodeQueries(part));
    const queries = concat(parts.map(({ embeddings }) => embeddings)); // [N, D]
    const keys = tidy(() => {
      const { embeddings, stages: maps } = encodeInGroups(keyOrder(options, state.step, batch), groups, stages);
      return { embeddings, stages: firsts(maps) };
    });
    const regrouped = encodeInGroups(rng.fork('regroup', state.step).permutation(batch), groups > 1 ? groups : chooseBatchNormGroups(batch), []);
    return {
      query: queries,
      key: keys.embeddings,
      ...observeContrast(queries, { keys: keys.embeddings, regrouped: regrouped.embeddings, queue: state.queue, temperature }),
      ...observeStages((parts[0] as (typeof parts)[number]).stages, keys.stages, approximation.terms.map(({ stage }) => stage)),
    };
  });
  const names = Object.keys(numbers);
  const values = tidy(() => stack(Object.values(numbers) as Scalar[])) as Tensor1D; // [numbers]
  disposeTensors(Object.values(numbers) as Scalar[]);
  try {
    const found = await values.data(); // the device is asked once for all numbers
    return { numbers: Object.fromEntries(names.map((name, index) => [name, found[index] as number])), query: await readRows(query), key: await readRows(key) };
  } finally {
    disposeTensors([values, query, key]);
  }
}

async function readRows(rows: Tensor2D): Promise<EmbeddingRows> {
  const [count, dimension] = rows.shape;
  return { data: Float32Array.from(await rows.data()), count, dimension };
}
