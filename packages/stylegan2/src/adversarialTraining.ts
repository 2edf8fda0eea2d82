import { add, keep, mean, mul, reshape, sign, slice, stack, tidy, zeros, type Rank, type Scalar, type Tensor, type Tensor1D, type Tensor2D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { discriminatorLoss, generatorLoss, pathLengthPenalty, r1Penalty } from '@cxr-ifa/losses';
import { updateMomentum } from '@cxr-ifa/optim';
import { assertShape, createVariables, disposeTensors, requireTensors, type Parameters, type Rng } from '@cxr-ifa/tensor';
import { adaptProbability, type AdaptationState } from './adaptProbability.ts';
import { resolveOptions, type AdversarialTrainingOptions, type ResolvedOptions } from './adversarialTrainingOptions.ts';
import { drawNoise } from './drawNoise.ts';
import { drawStyles } from './drawStyles.ts';
import { normalTensor } from './normalTensor.ts';
import { TrainedNetwork } from './trainedNetwork.ts';

/** What is no tensor in a snapshot: plain JSON. */
export interface AdversarialTrainingState extends AdaptationState {
  readonly step: number;
  /** Real images seen. */
  readonly images: number;
  readonly generatorUpdates: number;
  readonly discriminatorUpdates: number;
  readonly pathLengthMean: number;
}

/** Everything that training goes on from. */
export interface AdversarialSnapshot {
  /** `generator.*`, `discriminator.*`, `average.*` (the averaged generator), `mean_latent`, and the optimisers' slots such as `secondMoment.generator.*`. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly state: AdversarialTrainingState;
}

/** The numbers of a step. Penalties are those of the step that had one. */
export interface AdversarialStepLog {
  readonly step: number;
  readonly images: number;
  readonly generatorLoss: number;
  readonly discriminatorLoss: number;
  /** The mean score of real and of generated images. */
  readonly realScore: number;
  readonly generatedScore: number;
  /** The mean sign of the scores of real images: 1 where the discriminator knows all of them, which is overfitting. */
  readonly realSign: number;
  readonly augmentProbability: number;
  readonly r1?: number;
  readonly pathLength?: number;
  readonly pathLengthPenalty?: number;
}

const PATH_LENGTH_DECAY = 0.01;
const MEAN_LATENT_DECAY = 0.005;
/** A path-length penalty takes half a batch: its gradient of second order needs the memory. */
const PATH_LENGTH_SHARE = 0.5;
/** Early in training the averaged generator forgets faster: after this share of the images seen. */
const AVERAGE_RAMP = 0.05;

/**
 * StyleGAN2's training: generator and discriminator against each other, with lazy R1 and path-length penalties, style mixing, an averaged generator, and
 * adaptive augmentation. It owns all of its tensors until `dispose()`. A step is a function of the state, the images and the seed.
 *
 * @see Karras et al. 2020, Analyzing and Improving the Image Quality of StyleGAN
 * @see Karras et al. 2020, Training Generative Adversarial Networks with Limited Data
 *
 * @example
 * ```ts
 * const training = new AdversarialTraining({ generator, discriminator, rng: createRng(1), augment: augmentImages });
 * const { discriminatorLoss } = await training.trainStep(images, { learningRate: 0.002 });
 * const { parameters, meanLatent } = training.average;
 * ```
 */
export class AdversarialTraining {
  readonly #options: ResolvedOptions;
  readonly #generator: TrainedNetwork;
  readonly #discriminator: TrainedNetwork;
  readonly #average: Parameters;
  #meanLatent: Tensor1D;
  #state: Omit<AdversarialTrainingState, 'generatorUpdates' | 'discriminatorUpdates'> = { step: 0, images: 0, pathLengthMean: 0, augmentProbability: 0, signSum: 0, signCount: 0 };

  /** @throws {RangeError} If generator and discriminator do not fit, or an option is out of range. */
  constructor(options: AdversarialTrainingOptions) {
    this.#options = resolveOptions(options);
    const { generator, discriminator, rng, r1Interval, pathLengthInterval } = this.#options;
    this.#generator = new TrainedNetwork(generator.initialise(rng.fork('generator')), pathLengthInterval);
    this.#discriminator = new TrainedNetwork(discriminator.initialise(rng.fork('discriminator')), r1Interval);
    this.#average = createVariables(() => [...this.#generator.parameters].map(([name, parameter]) => [name, parameter.clone()]));
    this.#meanLatent = keep(zeros<Rank.R1>([generator.latentSize]));
  }

  /** How many steps have been taken. */
  get step(): number {
    return this.#state.step;
  }

  /** The averaged generator, which is what training is for, and the mean of its w; borrowed, and replaced by the next step. */
  get average(): { readonly parameters: Parameters; readonly meanLatent: Tensor1D } {
    return { parameters: this.#average, meanLatent: this.#meanLatent };
  }

  /**
   * Takes one step: generator, its penalty where it is due, discriminator, its penalty where it is due, average, augmentation.
   *
   * @param images Real images from -1 to 1, [N, resolution, resolution, C]; borrowed. N must be divisible by the discriminator's groups.
   * @param hyper The learning rate of both networks; the paper's is 0.002 for batches of 32.
   * @returns The step's numbers, once the device has them.
   * @throws {TypeError} If the images do not fit.
   */
  async trainStep(images: Tensor4D, { learningRate }: { readonly learningRate: number }): Promise<AdversarialStepLog> {
    const { generator, r1Interval, pathLengthInterval } = this.#options;
    const { N: count } = assertShape('take a training step', { images: [images, ['N', generator.resolution, generator.resolution, generator.imageChannels]] }) as { N: number };
    const { step } = this.#state;
    const due = (interval: number): boolean => interval > 0 && step % interval === 0;
    const parts: [names: readonly string[], numbers: Tensor1D][] = [];
    parts.push([['generatorLoss'], this.#updateGenerator(count, learningRate)]);
    if (due(pathLengthInterval)) parts.push([['pathLengthPenalty', 'pathLength'], this.#regulariseGenerator(Math.max(1, Math.floor(count * PATH_LENGTH_SHARE)), learningRate)]);
    parts.push([['discriminatorLoss', 'realScore', 'generatedScore', 'realSign'], this.#updateDiscriminator(images, learningRate)]);
    if (due(r1Interval)) parts.push([['r1'], this.#regulariseDiscriminator(images, learningRate)]);
    this.#followGenerator(count);

    const values = await Promise.all(parts.map(([, numbers]) => numbers.data()));
    disposeTensors(parts.map(([, numbers]) => numbers));
    const log = Object.fromEntries(parts.flatMap(([names], part) => names.map((name, index) => [name, values[part]?.[index] as number]))) as unknown as Omit<AdversarialStepLog, 'step' | 'images' | 'augmentProbability'>;
    return this.#conclude(log, count);
  }

  #conclude(log: Omit<AdversarialStepLog, 'step' | 'images' | 'augmentProbability'>, count: number): AdversarialStepLog {
    const { augment, augmentTarget: target, augmentImages: rise } = this.#options;
    const { step, images, pathLengthMean } = this.#state;
    const mean = log.pathLength === undefined ? pathLengthMean : pathLengthMean + PATH_LENGTH_DECAY * (log.pathLength - pathLengthMean);
    const adaptation = augment ? adaptProbability(this.#state, { sign: log.realSign, count, step, target, rise }) : {};
    this.#state = { ...this.#state, ...adaptation, step: step + 1, images: images + count, pathLengthMean: mean };
    return { step: this.#state.step, images: this.#state.images, ...log, augmentProbability: this.#state.augmentProbability };
  }

  #rng(phase: string): Rng {
    return this.#options.rng.fork('step', this.#state.step, phase);
  }

  #augmented(images: Tensor4D, rng: Rng): Tensor4D {
    const { augment } = this.#options;
    return augment ? augment(images, { probability: this.#state.augmentProbability, rng }) : images;
  }

  /** Latents and noise for as many images. */
  #draw(count: number, rng: Rng): { latents: Tensor3D; noise: Tensor4D[] } {
    const { generator, styleMixing } = this.#options;
    return { latents: drawStyles(generator, this.#generator.parameters, rng, { count, mixing: styleMixing }), noise: drawNoise(generator, rng, count) };
  }

  #updateGenerator(count: number, learningRate: number): Tensor1D {
    const { generator, discriminator } = this.#options;
    const rng = this.#rng('generator');
    const { numbers, meanLatent } = this.#generator.update(() => {
      const { latents, noise } = this.#draw(count, rng);
      const images = this.#augmented(generator.synthesise(this.#generator.parameters, latents, { noise }), rng);
      const loss = generatorLoss(discriminator.score(this.#discriminator.parameters, images));
      const w: Tensor2D = reshape(slice(latents, [0, 0, 0], [-1, 1, -1]), [count, generator.latentSize]);
      return { loss, auxiliary: { numbers: stack([loss]) as Tensor1D, meanLatent: mean<Tensor1D>(w, 0) } };
    }, learningRate);
    const previous = this.#meanLatent;
    this.#meanLatent = tidy(() => keep(add<Tensor1D>(mul(previous, 1 - MEAN_LATENT_DECAY), mul(meanLatent, MEAN_LATENT_DECAY))));
    disposeTensors([previous, meanLatent]);
    return numbers;
  }

  /** The penalty stands for those of the steps between: its weight is multiplied by the interval. */
  #regulariseGenerator(count: number, learningRate: number): Tensor1D {
    const { generator, pathLengthWeight, pathLengthInterval } = this.#options;
    const rng = this.#rng('pathLength');
    const { numbers } = this.#generator.update(() => {
      const { latents, noise } = this.#draw(count, rng);
      const direction = normalTensor<Rank.R4>(rng, [count, generator.resolution, generator.resolution, generator.imageChannels], 1 / generator.resolution);
      const { loss, lengths } = pathLengthPenalty((given) => generator.synthesise(this.#generator.parameters, given, { noise }), latents, { direction, target: this.#state.pathLengthMean });
      return { loss: mul<Scalar>(loss, pathLengthWeight * pathLengthInterval), auxiliary: { numbers: stack([loss, mean<Scalar>(lengths)]) as Tensor1D } };
    }, learningRate);
    return numbers;
  }

  #updateDiscriminator(images: Tensor4D, learningRate: number): Tensor1D {
    const { generator, discriminator } = this.#options;
    const rng = this.#rng('discriminator');
    const generated = tidy(() => {
      const { latents, noise } = this.#draw(images.shape[0], rng);
      return this.#augmented(generator.synthesise(this.#generator.parameters, latents, { noise }), rng);
    });
    const { numbers } = this.#discriminator.update(() => {
      const scores = discriminator.score(this.#discriminator.parameters, this.#augmented(images, rng));
      const generatedScores = discriminator.score(this.#discriminator.parameters, generated);
      const loss = discriminatorLoss(scores, generatedScores);
      return { loss, auxiliary: { numbers: stack([loss, mean<Scalar>(scores), mean<Scalar>(generatedScores), mean<Scalar>(sign(scores))]) as Tensor1D } };
    }, learningRate);
    generated.dispose();
    return numbers;
  }

  #regulariseDiscriminator(images: Tensor4D, learningRate: number): Tensor1D {
    const { discriminator, r1Gamma, r1Interval } = this.#options;
    const rng = this.#rng('r1');
    const { numbers } = this.#discriminator.update(() => {
      const penalty = r1Penalty((given) => discriminator.score(this.#discriminator.parameters, this.#augmented(given, rng)), images);
      return { loss: mul<Scalar>(penalty, (r1Gamma / 2) * r1Interval), auxiliary: { numbers: stack([penalty]) as Tensor1D } };
    }, learningRate);
    return numbers;
  }

  /** The averaged generator follows by an exponential mean over the images. */
  #followGenerator(count: number): void {
    const halfLife = Math.min(this.#options.averageImages, Math.max(count, AVERAGE_RAMP * (this.#state.images + count)));
    const updated = updateMomentum(this.#average, this.#generator.parameters, 0.5 ** (count / halfLife));
    for (const [name, value] of updated) this.#average.get(name)?.assign(value);
    disposeTensors(updated);
  }

  /** Everything that training goes on from; the tensors are borrowed and good until the next step. */
  snapshot(): AdversarialSnapshot {
    const average = [...this.#average].map(([name, parameter]): [string, Tensor] => [`average.${name}`, parameter]);
    const tensors = new Map([...this.#generator.tensors('generator'), ...this.#discriminator.tensors('discriminator'), ...average, ['mean_latent', this.#meanLatent]]);
    return { tensors, state: { ...this.#state, generatorUpdates: this.#generator.updates, discriminatorUpdates: this.#discriminator.updates } };
  }

  /**
   * Goes on exactly from a snapshot.
   *
   * @param snapshot Tensors (borrowed) and state, as {@link snapshot} returned them.
   * @throws {InputError} If a tensor is missing or has another shape; nothing is changed then.
   */
  restore({ tensors, state: { generatorUpdates, discriminatorUpdates, ...state } }: AdversarialSnapshot): void {
    requireTensors('restore training', tensors, this.snapshot().tensors, 'was the snapshot made with another network?');
    this.#generator.restore('generator', tensors, generatorUpdates);
    this.#discriminator.restore('discriminator', tensors, discriminatorUpdates);
    for (const [name, parameter] of this.#average) parameter.assign(tensors.get(`average.${name}`) as Tensor);
    this.#meanLatent.dispose();
    this.#meanLatent = keep((tensors.get('mean_latent') as Tensor1D).clone());
    this.#state = state;
  }

  /** Frees everything; may be called twice. */
  dispose(): void {
    this.#generator.dispose();
    this.#discriminator.dispose();
    disposeTensors(this.#average, [this.#meanLatent]);
  }
}
