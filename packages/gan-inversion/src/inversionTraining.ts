import { abs, add, keep, mean, mul, scalar, square, stack, sub, type Scalar, type Tensor, type Tensor1D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { adamW, clipByGlobalNorm, restoreSlots, slotTensors, type OptimizerState } from '@cxr-ifa/optim';
import { assertShape, disposeTensors, requireTensors, valueAndGradients, type Generator, type Parameters, type Rng, type Statistics } from '@cxr-ifa/tensor';
import type { InversionEncoder } from './createInversionEncoder.ts';
import { reconstructionLoss, type ReconstructionOptions } from './reconstructionLoss.ts';

/** What an {@link InversionTraining} is made of. */
export interface InversionTrainingOptions extends ReconstructionOptions {
  readonly inversion: InversionEncoder;
  readonly generator: Generator;
  /** The generator's; borrowed, and must live as long as the training. */
  readonly parameters: Parameters;
  /** Its mean of w, [D]; borrowed likewise. */
  readonly meanLatent: Tensor1D;
  /** Where the initial parameters come from; only forked. */
  readonly rng: Rng;
  /** Weight of the absolute difference from the latents that an image was drawn from, where they are known. @default {1} */
  readonly latentWeight?: number;
  /** Weight of the squared offsets between layers: small ones keep latents where the generator knows its way. @default {2e-4}, e4e's */
  readonly offsetWeight?: number;
}

/** The numbers of a step: the loss and its terms before their weights. */
export interface InversionStepLog {
  readonly step: number;
  readonly loss: number;
  readonly pixel: number;
  readonly perceptual: number;
  readonly identity: number;
  /** 0 where the latents are not known. */
  readonly latent: number;
  readonly offset: number;
}

const LARGEST_GRADIENT = 10;

/**
 * Trains an encoder to invert a generator: on images that it drew, whose latents are known, and on real ones. The generator is frozen and draws without noise.
 * It owns the encoder's tensors until `dispose()`.
 *
 * @example
 * ```ts
 * const training = new InversionTraining({ inversion, generator, parameters, meanLatent, perceptual, rng: createRng(1) });
 * await training.trainStep({ images: drawn, latents }, { learningRate: 1e-3 });
 * await training.trainStep({ images: real }, { learningRate: 1e-4 });
 * ```
 * @see Tov et al. 2021, Designing an Encoder for StyleGAN Image Manipulation; Weber et al. 2022, Implicit Embeddings via GAN Inversion for High Resolution Chest Radiographs
 */
export class InversionTraining {
  readonly #options: InversionTrainingOptions;
  readonly #optimizer = adamW({ beta1: 0.9, beta2: 0.999, weightDecay: 0 });
  readonly #parameters: Parameters;
  readonly #statistics: Map<string, Tensor1D>;
  #state: OptimizerState;
  #step = 0;

  constructor(options: InversionTrainingOptions) {
    this.#options = options;
    const { parameters, statistics } = options.inversion.initialise(options.rng.fork('inversion'));
    this.#parameters = parameters;
    this.#statistics = new Map(statistics);
    this.#state = this.#optimizer.init(parameters);
  }

  get step(): number {
    return this.#step;
  }

  /** The encoder; borrowed, and replaced in place by the next step. */
  get encoder(): { readonly parameters: Parameters; readonly statistics: Statistics } {
    return { parameters: this.#parameters, statistics: this.#statistics };
  }

  /** Begins with a backbone that has learnt already, such as one pre-trained with the IFA loss; borrowed. @throws {InputError} If a tensor is missing or has another shape; nothing is changed then. */
  initialiseBackbone(parameters: ReadonlyMap<string, Tensor>, statistics: ReadonlyMap<string, Tensor>): void {
    const backbone = [...this.#parameters].filter(([name]) => name.startsWith('backbone.'));
    requireTensors('begin with the backbone', parameters, new Map(backbone.map(([name, tensor]) => [name.slice('backbone.'.length), tensor])));
    requireTensors('begin with the backbone', statistics, this.#statistics);
    for (const [name, parameter] of backbone) parameter.assign(parameters.get(name.slice('backbone.'.length)) as Tensor);
    this.#takeStatistics((name) => statistics.get(name) as Tensor1D);
  }

  #takeStatistics(given: (name: string) => Tensor1D): void {
    for (const [name, statistic] of this.#statistics) {
      this.#statistics.set(name, keep(given(name).clone()));
      statistic.dispose();
    }
  }

  /**
   * Takes one step.
   *
   * @param batch Images from -1 to 1, [N, H, W, C], and the latents they were drawn from, [N, L, D], if they are known; borrowed.
   * @param hyper The learning rate.
   * @returns The step's numbers, once the device has them.
   * @throws {TypeError} If shapes do not fit.
   */
  async trainStep({ images, latents: known }: { readonly images: Tensor4D; readonly latents?: Tensor3D }, { learningRate }: { readonly learningRate: number }): Promise<InversionStepLog> {
    const { inversion, generator, parameters, meanLatent, latentWeight = 1, offsetWeight = 2e-4, rng: _, ...judged } = this.#options;
    if (known) assertShape('take a training step', { images: [images, ['N', 'H', 'W', 'C']], latents: [known, ['N', generator.styles, generator.latentSize]] });
    const { loss: total, gradients, auxiliary } = valueAndGradients(() => {
      const { latents, offsets } = inversion.invert(this.#parameters, this.#statistics, images, meanLatent);
      const terms = reconstructionLoss(generator.synthesise(parameters, latents), images, judged);
      const latent: Scalar = known ? mean(abs(sub(latents, known))) : scalar(0);
      const offset: Scalar = mean(square(offsets));
      const loss: Scalar = add(add<Scalar>(terms.loss, mul(latent, latentWeight)), mul(offset, offsetWeight));
      return { loss, auxiliary: { numbers: stack([loss, terms.pixel, terms.perceptual, terms.identity, latent, offset]) as Tensor1D } };
    }, this.#parameters);
    const clipped = clipByGlobalNorm(gradients, LARGEST_GRADIENT);
    const updated = this.#optimizer.update(clipped.gradients, this.#state, this.#parameters, { learningRate });
    for (const [name, value] of updated.parameters) this.#parameters.get(name)?.assign(value);
    disposeTensors([total], gradients, clipped.gradients, [clipped.norm], updated.parameters, ...Object.values(this.#state.slots));
    this.#state = updated.state;
    this.#step++;
    const [loss, pixel, perceptual, identity, latent, offset] = (await auxiliary.numbers.data()) as unknown as [number, number, number, number, number, number];
    auxiliary.numbers.dispose();
    return { step: this.#step, loss, pixel, perceptual, identity, latent, offset };
  }

  /** Everything that training goes on from: `inversion.*`, `statistics.*`, and slots such as `firstMoment.*`; borrowed, and good until the next step. */
  snapshot(): { readonly tensors: ReadonlyMap<string, Tensor>; readonly state: { readonly step: number } } {
    const named = (prefix: string, values: ReadonlyMap<string, Tensor>): [string, Tensor][] => [...values].map(([name, value]) => [`${prefix}.${name}`, value]);
    return { tensors: new Map([...named('inversion', this.#parameters), ...named('statistics', this.#statistics), ...slotTensors(this.#state)]), state: { step: this.#step } };
  }

  /** Goes on exactly from a snapshot, whose tensors are borrowed. @throws {InputError} If a tensor is missing or has another shape; nothing is changed then. */
  restore({ tensors, state }: { readonly tensors: ReadonlyMap<string, Tensor>; readonly state: { readonly step: number } }): void {
    requireTensors('restore training', tensors, this.snapshot().tensors);
    for (const [name, parameter] of this.#parameters) parameter.assign(tensors.get(`inversion.${name}`) as Tensor);
    this.#takeStatistics((name) => tensors.get(`statistics.${name}`) as Tensor1D);
    const restored = restoreSlots(this.#state, tensors, state.step);
    disposeTensors(...Object.values(this.#state.slots));
    this.#state = restored;
    this.#step = state.step;
  }

  /** Frees everything of its own; may be called twice. */
  dispose(): void {
    disposeTensors(this.#parameters, this.#statistics, ...Object.values(this.#state.slots));
  }
}
