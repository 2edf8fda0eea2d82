import { clone, type Tensor1D } from '@tensorflow/tfjs-core';
import { createVariables, disposeTensors, type Encoder, type Parameters, type Rng, type Statistics } from '@cxr-ifa/tensor';
import { stageOfParameter } from './stageRates.ts';

/** An encoder's tensors; they belong to the caller. */
export interface RandomisedEncoder {
  readonly parameters: Parameters;
  readonly statistics: Statistics;
}

/**
 * An encoder with the weights of its last stages drawn anew: the model-parameter randomisation test of explanations. A map that looks the same
 * with random weights explains the image, and not the model.
 *
 * A tensor belongs to the stage that its name begins with (`layer4.0.conv1.weight`), and to the first stage where it begins with none. The
 * statistics of what was randomised are those of an untrained encoder: {@link fitStatistics} gives it fair ones, or its maps are of any scale.
 *
 * @param encoder The encoder.
 * @param trained Its parameters and statistics; borrowed.
 * @param count How many stages are randomised, from the last one back: all of them with `encoder.stages.length`, none with 0.
 * @param rng Where the weights come from; only forked.
 * @returns Copies, those of the last `count` stages random; the caller's.
 * @throws {RangeError} If there are not so many stages.
 *
 * @example
 * ```ts
 * const random = randomiseStages(encoder, trained, encoder.stages.length, createRng(1)); // all weights
 * ```
 * @see Adebayo et al. 2018, Sanity Checks for Saliency Maps, section 3 (cascading randomisation)
 */
export function randomiseStages(encoder: Encoder, { parameters, statistics }: RandomisedEncoder, count: number, rng: Rng): RandomisedEncoder {
  const { stages } = encoder;
  if (!(Number.isSafeInteger(count) && count >= 0 && count <= stages.length)) throw new RangeError(`Cannot randomise stages as their number must be an integer from 0 to ${stages.length}: current value is ${count}`);
  const random = new Set(stages.slice(stages.length - count).map(({ name }) => name));
  const isRandom = (name: string): boolean => random.has(stageOfParameter(encoder, name));
  const fresh = encoder.initialise(rng.fork('randomised'));
  try {
    return {
      parameters: createVariables(() => [...parameters].map(([name, trained]) => [name, clone(isRandom(name) ? fresh.parameters.get(name)! : trained)] as const)),
      statistics: new Map([...statistics].map(([name, trained]) => [name, clone(isRandom(name) ? (fresh.statistics.get(name) as Tensor1D) : trained)])),
    };
  } finally {
    disposeTensors(fresh.parameters, fresh.statistics);
  }
}
