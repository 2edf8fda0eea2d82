import { concat, fill, relu, reshape, tensor4d, zeros, type Tensor, type Tensor1D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { convolution2d, kaimingNormal } from '@cxr-ifa/layers';
import type { Rng } from '@cxr-ifa/tensor';

/** Sizes of the two heads. */
export interface HeadSizes {
  readonly channels: number;
  /** Convolutions before the last one. */
  readonly depth: number;
  readonly anchorsPerCell: number;
  readonly findings: number;
}

/** Before training every anchor has this probability of every finding, so that the many backgrounds do not overwhelm the first steps. */
const PRIOR = 0.01;
/** Of the last convolutions, so that the prior holds and boxes begin at their anchors. */
const DEVIATION = 0.01;

/** The last convolution of each head by name, and how many numbers it predicts for an anchor. */
const HEADS = (findings: number): readonly (readonly [head: string, last: string, numbers: number])[] => [
  ['classification_head', 'cls_logits', findings],
  ['regression_head', 'bbox_reg', 4],
];

/**
 * Initial parameters by torchvision's names, such as `head.classification_head.conv.0.0.weight`; biases 0 but for the prior of the logits.
 *
 * The last convolutions are normal of deviation 0.01, as in the paper. The others are He's, where the paper has 0.01 too: for its 256 channels that shrinks the signal by 0.34 a
 * layer, for 64 by 0.17, and four layers leave a thousandth of it, so that neither the boxes nor the encoder learn anything for hundreds of steps.
 */
export function* headParameters(rng: Rng, { channels, depth, anchorsPerCell, findings }: HeadSizes): Generator<[string, Tensor], void, void> {
  for (const [head, last, numbers] of HEADS(findings)) {
    for (let layer = 0; layer <= depth; layer++) {
      const name = `head.${head}.${layer < depth ? `conv.${layer}.0` : last}`;
      const outputs = layer < depth ? channels : anchorsPerCell * numbers;
      const own = rng.fork(name);
      yield [`${name}.weight`, layer < depth ? kaimingNormal(own, [3, 3, channels, channels]) : tensor4d(Float32Array.from({ length: 9 * channels * outputs }, () => DEVIATION * own.normal()), [3, 3, channels, outputs])];
      yield [`${name}.bias`, last === 'cls_logits' && layer === depth ? fill([outputs], -Math.log((1 - PRIOR) / PRIOR)) : zeros([outputs])];
    }
  }
}

/**
 * Runs both heads on every level; all levels share the parameters.
 *
 * @returns Logits [N, A, K] and deltas [N, A, 4], in the order of the anchors.
 */
export function runHeads(parameters: ReadonlyMap<string, Tensor>, levels: readonly Tensor4D[], { depth, findings }: Pick<HeadSizes, 'depth' | 'findings'>): { logits: Tensor3D; deltas: Tensor3D } {
  const convolve = (name: string, x: Tensor4D): Tensor4D => convolution2d(x, take(parameters, `${name}.weight`) as Tensor4D, { bias: take(parameters, `${name}.bias`) as Tensor1D });
  const [logits, deltas] = HEADS(findings).map(([head, last, numbers]) => {
    const predictions = levels.map((level) => {
      let map = level; // [N, H, W, channels]
      for (let layer = 0; layer < depth; layer++) map = relu(convolve(`head.${head}.conv.${layer}.0`, map));
      return reshape(convolve(`head.${head}.${last}`, map), [level.shape[0], -1, numbers]) as Tensor3D; // [N, H, W, anchors numbers] to [N, H W anchors, numbers]
    });
    return concat(predictions, 1); // [N, A, numbers]
  }) as [Tensor3D, Tensor3D];
  return { logits, deltas };
}

function take(parameters: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const tensor = parameters.get(name);
  if (!tensor) throw new RangeError(`Cannot detect as every parameter of the detector must be given: ${name} is missing`);
  return tensor;
}
