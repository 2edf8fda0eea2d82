import { assertShape } from '@cxr-ifa/tensor';
import { add, cast, div, maximum, mul, neg, softplus, sub, sum, tidy, where, zerosLike, type Scalar, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';

/** Options of {@link binaryCrossEntropy}. */
export interface BinaryCrossEntropyOptions {
  /** How many times a positive of each finding counts, [F]: above 1 raises recall of rare findings. @default {1 for all} */
  readonly positiveWeights?: Tensor1D;
}

/**
 * Binary cross-entropy of multi-label predictions over the cells whose label is known:
 *
 *     loss = mean over known cells of -(positiveWeight y log sigmoid(x) + (1 - y) log(1 - sigmoid(x)))
 *
 * The mean is over cells, so images and findings with more known labels count more. Unknown cells have no influence and no gradient, whatever their label says;
 * without any known cell loss and gradient are 0.
 *
 * @param logits Predictions before the sigmoid, [N, F]; borrowed.
 * @param labels 1 or 0, or a probability in between, [N, F]; borrowed.
 * @param known Not 0 where the label is known, [N, F], of any type; borrowed.
 * @param options Weights of the positives.
 * @returns The loss; it belongs to the caller.
 * @throws {TypeError} If shapes do not fit.
 *
 * @example
 * ```ts
 * const loss = binaryCrossEntropy(logits, labels, known, { positiveWeights: tf.tensor1d([1, 8, 20]) });
 * ```
 *
 * @see PyTorch `torch.nn.BCEWithLogitsLoss`
 */
export function binaryCrossEntropy(logits: Tensor2D, labels: Tensor2D, known: Tensor2D, { positiveWeights }: BinaryCrossEntropyOptions = {}): Scalar {
  assertShape('compute binary cross-entropy', {
    logits: [logits, ['N', 'F']],
    labels: [labels, ['N', 'F']],
    known: [known, ['N', 'F']],
    ...(positiveWeights && { positiveWeights: [positiveWeights, ['F']] as const }),
  });
  return tidy(() => {
    const mask = cast(known, 'bool');
    const counted = cast(mask, 'float32');
    const label = where(mask, cast(labels, 'float32'), zerosLike(logits)); // an unknown cell may hold anything, NaN too
    // -log sigmoid(x) = softplus(-x) and -log(1 - sigmoid(x)) = softplus(x), which neither overflow nor have a kink at 0
    const positive = mul(label, softplus(neg(logits)));
    const negative = mul(sub(1, label), softplus(logits));
    const cells = add(positiveWeights ? mul(positive, positiveWeights) : positive, negative); // [N, F]
    return div(sum(mul(cells, counted)), maximum(sum(counted), 1));
  });
}
