import { ifaLoss, type IfaLoss, type IfaTerm, type StageLoss, type StageMaps } from '@cxr-ifa/losses';
import type { Parameters } from '@cxr-ifa/tensor';
import type { Scalar } from '@tensorflow/tfjs-core';
import type { Keys } from './encodeKeys.ts';
import type { MomentumContrastOptions } from './momentumContrastOptions.ts';

/** The loss on intermediate maps, IFA or another, as a training step uses it. */
export interface Approximation {
  /** What its terms are called in a log, before the stage. */
  readonly name: string;
  /** Its stages, with IFA's pooling where there is one. */
  readonly terms: readonly Pick<IfaTerm, 'stage' | 'pool'>[];
  compute(query: StageMaps, keys: Keys, parameters: Parameters): StageLoss & Partial<IfaLoss>;
}

/** The intermediate loss, or IFA's terms where there is none. */
export function approximationOf({ ifa = [], intermediate }: Pick<MomentumContrastOptions, 'ifa' | 'intermediate'>): Approximation {
  if (!intermediate) return { name: 'ifa', terms: ifa, compute: (query, { stages, masks }) => ifaLoss(query, stages, { terms: ifa, masks }) };
  return { name: intermediate.name, terms: intermediate.stages.map((stage) => ({ stage })), compute: (query, { stages }, parameters) => intermediate.compute(query, stages, parameters) };
}

/**
 * What a step logs of each stage with a term: the term, the similarity and, of aligned views, the coverage.
 *
 * @throws {RangeError} If the loss lacks one.
 */
export function stageNumbers({ name, terms }: Approximation, loss: StageLoss & Partial<IfaLoss>, aligned: boolean): [name: string, value: Scalar][] {
  return terms.flatMap(({ stage }) =>
    [[name, 'stages'] as const, ['similarity', 'similarity'] as const, ...(aligned ? [['coverage', 'coverage'] as const] : [])].map(([prefix, of]): [string, Scalar] => {
      const value = loss[of]?.[stage];
      if (!value) throw new RangeError(`Cannot take a training step as the intermediate loss must return a term and a similarity for each of its stages: current result has no ${of} of ${stage}`);
      return [`${prefix}.${stage}`, value];
    }),
  );
}
