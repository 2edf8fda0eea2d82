import { add, div, mean, mul, relu, sum, tidy, type Tensor, type Tensor3D, type Tensor4D, type Variable } from '@tensorflow/tfjs-core';
import { valueAndGradients, type Encoder, type Parameters, type Statistics } from '@cxr-ifa/tensor';
import type { FindingScore } from './findingScore.ts';

/** How the gradient at each position of a map becomes one weight a channel. */
export type GradCamMethod = 'gradCam' | 'gradCamPlusPlus';

/** What {@link gradCam} explains, and how. */
export interface GradCamOptions {
  /** The stage whose map is weighted: later ones know more of the finding, earlier ones know better where. @default the encoder's last */
  readonly stage?: string;
  /** @default {'gradCam'} */
  readonly method?: GradCamMethod;
}

type ChannelWeights = (gradient: Tensor4D, map: Tensor4D) => Tensor;

/** Channel weights [N, 1, 1, K] from the gradient g of the logit S with respect to the map A, both [N, H, W, K]. */
const CHANNEL_WEIGHTS: Readonly<Record<GradCamMethod, ChannelWeights>> = {
  gradCam: (gradient) => mean(gradient, [1, 2], true),
  // The paper weights relu(dY/dA) by alpha = d2Y / (2 d2Y + sum(A) d3Y), Y = exp(S): for a sigmoid output the odds p / (1 - p) of the finding.
  // S is piecewise linear in A, so that dnY = Y g^n, Y cancels in alpha, and alpha relu(g) = relu(g) / (2 + g sum(A)): nothing to divide by
  // zero where A >= 0. The factor Y of relu(dY/dA) is one number for the whole image, which changes no map but in scale, and would overflow.
  gradCamPlusPlus: (gradient, map) => {
    const rising = relu(gradient);
    return sum(div(rising, add(mul(rising, sum(map, [1, 2], true)), 2)), [1, 2], true);
  },
};

/**
 * Grad-CAM and Grad-CAM++: where in the images a finding's logit S comes from, as the weighted sum of a stage's channels,
 *
 * map = relu(sum over k of w_k A_k), for Grad-CAM with w_k = mean over positions of dS/dA_k,
 * for Grad-CAM++ with w_k = sum over positions of relu(dS/dA_k) / (2 + relu(dS/dA_k) sum over positions of A_k).
 *
 * The encoder runs in inference mode, once to the stage and, under a tape, once from there. Borrows all arguments. A map is of arbitrary scale
 * and all zero where nothing speaks for the finding; compare places within a map, not values between maps.
 *
 * @param encoder The encoder; its `encode` must take `from`.
 * @param parameters Its parameters.
 * @param statistics Its batch-norm statistics.
 * @param images Images [N, H, W, C].
 * @param score The logit to explain, such as {@link linearProbeScore} makes; a fine-tuned head is a function too.
 * @param options Stage and method. Grad-CAM++ supposes a map without negative values, as behind a ReLU.
 * @returns Maps [N, h, w] in the stage's resolution, not negative; the caller's. {@link resizeMaps} brings them to the images' size.
 * @throws {RangeError} If the encoder has no such stage, or the method is unknown.
 * @throws {TypeError} If the score does not give one number an image, does not depend on the stage's map, or core's gradients are not registered (`@cxr-ifa/gradients`).
 *
 * @example
 * ```ts
 * const maps = gradCam(encoder, parameters, statistics, images, linearProbeScore(probe, 'Effusion'), { stage: 'layer3', method: 'gradCamPlusPlus' });
 * ```
 * @see Selvaraju et al. 2017, Grad-CAM, equations 1 and 2
 * @see Chattopadhay et al. 2018, Grad-CAM++, equations 11, 17 and 19 with Y = exp(S)
 */
export function gradCam(encoder: Encoder, parameters: Parameters, statistics: Statistics, images: Tensor4D, score: FindingScore, options: GradCamOptions = {}): Tensor3D {
  const { stage = encoder.stages.at(-1)?.name as string, method = 'gradCam' } = options;
  if (!encoder.stages.some(({ name }) => name === stage)) throw new RangeError(`Cannot explain as stage must be one of ${encoder.stages.map(({ name }) => name).join(', ')}: current value is ${stage}`);
  if (!Object.hasOwn(CHANNEL_WEIGHTS, method)) throw new RangeError(`Cannot explain as method must be one of ${Object.keys(CHANNEL_WEIGHTS).join(', ')}: current value is ${method}`);
  return tidy(() => {
    const map = tidy(() => encoder.encode(parameters, statistics, images, { training: false }).stages[stage] as Tensor4D); // [N, h, w, K]
    // In inference mode no image sees another, so that the gradient of the sum holds every image's own
    const total = (): { loss: Tensor; auxiliary: Record<string, never> } => {
      const { stages, features } = encoder.encode(parameters, statistics, images, { training: false, from: { stage, map } });
      const logits = score({ stages: { [stage]: map, ...stages }, features });
      if (logits.rank !== 1 || logits.shape[0] !== images.shape[0]) throw new TypeError(`Cannot explain as the score must have shape [${images.shape[0]}]: current shape is [${logits.shape.join(', ')}]`);
      return { loss: sum(logits), auxiliary: {} };
    };
    const { gradients } = valueAndGradients(total, new Map([[stage, map as Tensor as Variable]])); // only its id is looked at
    const weights = CHANNEL_WEIGHTS[method](gradients.get(stage) as Tensor4D, map); // [N, 1, 1, K]
    return relu(sum<Tensor3D>(mul(map, weights), -1)); // [N, h, w]
  });
}
