import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * The kernels of our own that a backend may register under these names, with inputs, attributes and outputs.
 * Where a backend has none, the public function composes plain operations: the two ways are held equal by the conformance suite.
 * Kernels that take lists return new tensors and never write into their inputs.
 */
export interface FusedKernels {
  /**
   * x [N, H, W, C] normalised by group (`groups` equal runs of images): y = activation(scale (x - mean) / sqrt(variance + epsilon) + offset + residual).
   * mean and variance (biased) are [groups, C]. The attribute `residual` says whether the input is there; the kernel may ignore it, its gradient needs it.
   */
  BatchNormTraining: {
    inputs: { x: Tensor; scale: Tensor; offset: Tensor; residual?: Tensor };
    attributes: { groups: number; epsilon: number; activation: 'linear' | 'relu'; residual?: boolean };
    outputs: [y: Tensor, mean: Tensor, variance: Tensor];
  };
  /** The gradient of `BatchNormTraining`'s y; `y` gives relu's mask. `dresidual` is dy behind the activation: an output only with the attribute `residual`. */
  BatchNormTrainingGrad: {
    inputs: { dy: Tensor; x: Tensor; y: Tensor; scale: Tensor; mean: Tensor; variance: Tensor };
    attributes: { groups: number; epsilon: number; activation: 'linear' | 'relu'; residual: boolean };
    outputs: [dx: Tensor, dscale: Tensor, doffset: Tensor, dresidual?: Tensor];
  };
  /** velocity' = momentum velocity + (gradient + weightDecay parameter), parameter' = parameter - learningRate velocity'. Inputs and outputs are lists of one length, in that order. */
  SgdMomentumList: {
    inputs: { parameters: Tensor[]; gradients: Tensor[]; velocities: Tensor[] };
    attributes: { learningRate: number; momentum: number; weightDecay: readonly number[] };
    outputs: Tensor[];
  };
  /**
   * Adam's step with its corrections worked out by the caller: first' = beta1 first + (1 - beta1) gradient, second' = beta2 second + (1 - beta2) gradient^2,
   * parameter' = decay parameter - stepSize first' / (sqrt(second') / secondCorrection + epsilon). Inputs and outputs are lists of one length:
   * all new parameters, all first moments, all second moments.
   */
  AdamList: {
    inputs: { parameters: Tensor[]; gradients: Tensor[]; firstMoments: Tensor[]; secondMoments: Tensor[] };
    attributes: { stepSize: number; beta1: number; beta2: number; epsilon: number; secondCorrection: number; decay: readonly number[] };
    outputs: Tensor[];
  };
  /** key' = momentum key + (1 - momentum) query, for lists of one length. */
  MomentumUpdateList: {
    inputs: { keys: Tensor[]; queries: Tensor[] };
    attributes: { momentum: number };
    outputs: Tensor[];
  };
  /** Cosine over channels at each position: a, b [N, H, W, C] -> [N, H, W]; 0 where a vector's squared norm is below 1e-12. */
  CosineMap: { inputs: { a: Tensor; b: Tensor }; attributes: Record<string, never>; outputs: [cosine: Tensor] };
  /** The gradient of `CosineMap` with respect to a: dy (b / |b| - s a / |a|) / |a|, dy [N, H, W]; 0 where either vector is dead. With a and b exchanged, that of b. */
  CosineMapGrad: { inputs: { dy: Tensor; a: Tensor; b: Tensor }; attributes: Record<string, never>; outputs: [da: Tensor] };
  /**
   * InfoNCE of query [N, D] against key [N, D] and queue [K, D]: for each query the loss, the log-sum-exp that the gradient needs,
   * and the largest and the mean of its logits against the queue, all [N].
   */
  InfoNceQueue: {
    inputs: { query: Tensor; key: Tensor; queue: Tensor };
    attributes: { temperature: number };
    outputs: [loss: Tensor, logSumExp: Tensor, largestNegative: Tensor, meanNegative: Tensor];
  };
}

export type FusedKernelName = keyof FusedKernels;
