import { add, dot, mean, tensor1d, tidy, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import type { FindingScore } from './findingScore.ts';
import type { LinearProbe } from './linearProbe.ts';

/**
 * The logit of one finding of a linear probe as a function of what an encoder returned, w.(x - mean) / deviation + b: what {@link gradCam} explains.
 *
 * @param probe A probe that {@link fitLinearProbe} made.
 * @param finding One of its findings.
 * @param options `stage`: the stage whose averaged map the probe was fitted on; without it, the encoder's own features.
 * @returns The score, a function without tensors of its own.
 * @throws {RangeError} If the probe does not know the finding, or could not learn it.
 *
 * @example
 * ```ts
 * const maps = gradCam(encoder, parameters, statistics, images, linearProbeScore(probe, 'Effusion'));
 * ```
 */
export function linearProbeScore({ dimension, mean: centre, deviation, findings }: LinearProbe, finding: string, { stage }: { readonly stage?: string | undefined } = {}): FindingScore {
  const probed = findings.find(({ name }) => name === finding);
  if (!probed) throw new RangeError(`Cannot score a finding as it must be one of ${findings.map(({ name }) => name).join(', ')}: current value is ${finding}`);
  const { classifier } = probed;
  if (!classifier) throw new RangeError(`Cannot score ${finding} as the probe has no classifier for it: its training labels were all of one class`);
  const scaled = Float32Array.from(classifier.weights, (weight, d) => weight / (deviation[d] as number));
  const bias = classifier.weights.reduce((sum, weight, d) => sum - (weight * (centre[d] as number)) / (deviation[d] as number), classifier.bias);
  return ({ stages, features }) =>
    tidy(() => {
      const map = stage === undefined ? undefined : stages[stage];
      if (stage !== undefined && !map) throw new RangeError(`Cannot score ${finding} as the probe reads the stage ${stage}, which must not be before the one explained: current stages are ${Object.keys(stages).join(', ')}`);
      const x = map ? mean<Tensor2D>(map, [1, 2]) : features; // [N, D]
      if (x.shape[1] !== dimension) throw new TypeError(`Cannot score ${finding} as features must have ${dimension} dimensions: current dimension is ${x.shape[1]}`);
      return add<Tensor1D>(dot(x, tensor1d(scaled)), bias); // [N]
    });
}
