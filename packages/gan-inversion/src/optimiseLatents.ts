import { add, broadcastTo, div, keep, mean, mul, reshape, slice, sqrt, square, sub, tensor, tidy, type Rank, type Scalar, type ShapeMap, type Tensor, type Tensor1D, type Tensor3D, type Tensor4D, type Variable } from '@tensorflow/tfjs-core';
import { adamW, type OptimizerState } from '@cxr-ifa/optim';
import { assertShape, createVariables, disposeTensors, valueAndGradients, type CancelSignal, type Generator, type Parameters, type Rng } from '@cxr-ifa/tensor';
import { lookAt } from './frozenEncoder.ts';
import { noiseCorrelation } from './noiseCorrelation.ts';
import { reconstructionLoss, type ReconstructionOptions } from './reconstructionLoss.ts';

/** Options of {@link optimiseLatents}; the defaults are those of StyleGAN2's projector but for the shorter run. */
export interface OptimiseLatentsOptions extends ReconstructionOptions {
  /** Where to begin: the mean of w, [D], or latents such as an encoder's, [N, L, D]; borrowed. */
  readonly start: Tensor1D | Tensor3D;
  /** `w` keeps one latent for all layers, `w+` has one for each. @default {'w+'} */
  readonly space?: 'w' | 'w+';
  /** @default {300} */
  readonly steps?: number;
  /** The highest learning rate; it rises over the first twentieth of the steps and falls over the last quarter. @default {0.1} */
  readonly learningRate?: number;
  /** Whether noise is fitted as well. Without, there is none. @default {true} */
  readonly fitNoise?: boolean;
  /** Weight of `noiseCorrelation`. @default {1e5} */
  readonly noiseWeight?: number;
  /** Deviation of what is added to latents while searching, in the first three quarters: it falls to 0. @default {0} */
  readonly exploration?: number;
  /** Where noise and exploration come from; only forked. */
  readonly rng: Rng;
  /** Told after each step, with the mean loss over the images. */
  readonly onStep?: (step: number, loss: number) => void;
  /** Asks to stop; the latents so far are returned. */
  readonly signal?: CancelSignal;
}

/** Latents and noise that draw the targets, and the last step's terms before their weights. All tensors belong to the caller. */
export interface OptimisedLatents {
  /** [N, L, D]. */
  readonly latents: Tensor3D;
  /** [N, H, W, 1] each; empty where noise was not fitted. */
  readonly noise: readonly Tensor4D[];
  readonly loss: number;
  readonly steps: number;
}

const RISE = 0.05;
const FALL = 0.25;
const EXPLORE = 0.75;

/**
 * Finds latents that draw given images, by Adam on the latents and the noise. The images of a batch do not influence one another.
 *
 * @param generator The generator, with its `parameters`; borrowed.
 * @param targets Images from -1 to 1, [N, resolution, resolution, C]; borrowed.
 * @param options Where to begin, in which space, for how long, and how reconstructions are judged.
 * @returns The latents, once the device has them.
 * @throws {TypeError} If shapes do not fit.
 * @throws {RangeError} If an option is out of range.
 *
 * @example
 * ```ts
 * const { latents } = await optimiseLatents(generator, parameters, images, { start: meanLatent, perceptual, rng: createRng(1) });
 * ```
 * @see Karras et al. 2020, Analyzing and Improving the Image Quality of StyleGAN, appendix D
 */
export async function optimiseLatents(generator: Generator, parameters: Parameters, targets: Tensor4D, options: OptimiseLatentsOptions): Promise<OptimisedLatents> {
  const { start, space = 'w+', steps = 300, learningRate = 0.1, fitNoise = true, noiseWeight = 1e5, exploration = 0, rng, onStep, signal, ...judged } = options;
  const { latentSize, resolution, imageChannels, styles } = generator;
  const action = 'optimise latents';
  const { N: count } = assertShape(action, { targets: [targets, ['N', resolution, resolution, imageChannels]] }) as { N: number };
  assertShape(action, { start: [start, start.rank === 1 ? [latentSize] : [count, styles, latentSize]] });
  for (const [name, value, holds] of [['steps', steps, Number.isSafeInteger(steps) && steps > 0], ['learningRate', learningRate, learningRate > 0], ['noiseWeight', noiseWeight, noiseWeight >= 0], ['exploration', exploration, exploration >= 0]] as const) {
    if (!holds) throw new RangeError(`Cannot ${action} as ${name} must be ${name === 'steps' ? 'a positive integer' : name === 'learningRate' ? 'above 0' : '0 or more'}: current value is ${value}`);
  }

  const seen = judged.perceptual && lookAt(judged.perceptual, targets);
  const variables = createVariables(() => [['latents', initialLatents(start, { count, styles: space === 'w' ? 1 : styles, latentSize })], ...(fitNoise ? generator.noiseShapes.map(([height, width], index): [string, Tensor] => [`noise.${index}`, normal(rng.fork('noise', index), [count, height, width, 1])]) : [])]);
  const noise = [...variables].filter(([name]) => name !== 'latents').map(([, variable]) => variable as unknown as Tensor4D);
  const spread = (latents: Tensor3D): Tensor3D => broadcastTo(latents, [count, styles, latentSize]);
  const optimizer = adamW({ beta1: 0.9, beta2: 0.999, weightDecay: 0 });
  let state: OptimizerState = optimizer.init(variables);
  let [last, step] = [NaN, 0];
  try {
    while (step < steps && !signal?.aborted) {
      const strength = exploration * Math.max(0, 1 - step / steps / EXPLORE) ** 2;
      const { loss, gradients, auxiliary } = valueAndGradients(() => {
        const latents = variables.get('latents') as unknown as Tensor3D;
        const moved: Tensor3D = strength > 0 ? add(latents, normal<Rank.R3>(rng.fork('exploration', step), latents.shape, strength)) : latents;
        const images = generator.synthesise(parameters, spread(moved), fitNoise ? { noise } : {});
        const { loss: distance } = reconstructionLoss(images, targets, judged, seen);
        const total: Scalar = fitNoise ? add(distance, mul(noiseCorrelation(noise), noiseWeight)) : distance;
        return { loss: mul<Scalar>(total, count), auxiliary: { distance } }; // a sum over images: each has the gradient that it would have alone
      }, variables);
      const updated = optimizer.update(gradients, state, variables, { learningRate: learningRate * rateAt(step / steps) });
      for (const [name, value] of updated.parameters) (variables.get(name) as Variable).assign(value);
      disposeTensors([loss], gradients, updated.parameters, ...Object.values(state.slots));
      state = updated.state;
      standardise(noise as unknown as Variable[]);
      last = (await auxiliary.distance.data())[0] as number;
      auxiliary.distance.dispose();
      step++;
      onStep?.(step, last);
    }
    const latents = tidy(() => keep(spread(variables.get('latents') as unknown as Tensor3D).clone()));
    return { latents, noise: noise.map((map) => map.clone()), loss: last, steps: step };
  } finally {
    disposeTensors(variables, ...Object.values(state.slots), seen ? [...Object.values(seen.stages), seen.features] : []);
  }
}

function rateAt(progress: number): number {
  const fall = Math.min(1, (1 - progress) / FALL);
  return (0.5 - 0.5 * Math.cos(Math.PI * fall)) * Math.min(1, (progress + 1e-3) / RISE);
}

function initialLatents(start: Tensor1D | Tensor3D, { count, styles, latentSize }: { readonly count: number; readonly styles: number; readonly latentSize: number }): Tensor3D {
  if (start.rank === 1) return broadcastTo(reshape(start, [1, 1, latentSize]), [count, styles, latentSize]);
  return styles === 1 ? mean(start as Tensor3D, 1, true) : slice(start as Tensor3D, 0, count);
}

/** Each map keeps mean 0 and deviation 1, image by image. */
function standardise(noise: readonly Variable[]): void {
  for (const map of noise) {
    const next = tidy(() => {
      const centred = sub(map, mean(map, [1, 2, 3], true));
      return div(centred, sqrt(mean(square(centred), [1, 2, 3], true)));
    });
    map.assign(next);
    next.dispose();
  }
}

function normal<R extends Rank>(rng: Rng, shape: ShapeMap[R], deviation = 1): Tensor<R> {
  return tensor<R>(Float32Array.from({ length: (shape as number[]).reduce((product, side) => product * side, 1) }, () => deviation * rng.normal()), shape);
}
