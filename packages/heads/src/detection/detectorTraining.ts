import { averageStatistics } from '@cxr-ifa/layers';
import { clipByGlobalNorm, restoreSlots, slotTensors, type Optimizer, type OptimizerState } from '@cxr-ifa/optim';
import { disposeTensors, requireTensors, valueAndGradients, type Parameters, type Statistics } from '@cxr-ifa/tensor';
import { keep, stack, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { AnchorAssigner } from './anchorAssignment.ts';
import type { BoxAnnotations } from './boxes.ts';
import type { Detector } from './createRetinaNet.ts';
import { detectionTargets } from './detectionTargets.ts';
import { retinaNetLoss, type RetinaNetLossOptions } from './retinaNetLoss.ts';

/** What a {@link DetectorTraining} is made of. */
export interface DetectorTrainingOptions extends RetinaNetLossOptions {
  readonly detector: Detector;
  /** The encoder's and the detector's own; taken over, and disposed of with the training. */
  readonly parameters: Parameters;
  /** The encoder's; taken over. */
  readonly statistics: Statistics;
  readonly optimizer: Optimizer;
  /**
   * `running` normalises each batch by its own statistics, and keeps running ones; `frozen` normalises by the statistics that were given, which suits batches of a few images.
   * Scale and offset learn either way.
   * @default {'running'}
   */
  readonly batchNorm?: 'running' | 'frozen';
  /** Which anchors are to find which boxes. @default {matchAnchors} */
  readonly assign?: AnchorAssigner;
  /** The norm to which gradients are shortened; a rare image with many boxes then does no harm. @default {10} */
  readonly maximumNorm?: number;
  /** The names of the parameters that do not learn, such as a stem's. @default {none} */
  readonly frozen?: (name: string) => boolean;
}

/** A step's numbers. */
export interface DetectorStepLog {
  readonly step: number;
  readonly loss: number;
  readonly classification: number;
  readonly box: number;
  /** Of the gradients, before they were shortened. */
  readonly gradientNorm: number;
  readonly learningRate: number;
}

/** Everything that training goes on from: named tensors and plain JSON. */
export interface DetectorSnapshot {
  /** `detector.*` (parameters), `statistics.*`, and the optimiser's slots such as `momentum.*`. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly state: { readonly step: number; readonly optimizerStep: number };
}

/**
 * Trains a detector. It owns parameters, statistics and optimiser state until `dispose()`.
 *
 * @example
 * ```ts
 * const training = new DetectorTraining({ detector, parameters, statistics, optimizer: adamW() });
 * const { loss } = await training.trainStep(images, annotations, { learningRate: 1e-3 });
 * ```
 */
export class DetectorTraining {
  readonly #options: DetectorTrainingOptions;
  readonly #trained: Parameters;
  #statistics: Statistics;
  #optimizerState: OptimizerState;
  #step = 0;

  /** @throws {RangeError} If the norm is not above 0, or every parameter is frozen. */
  constructor(options: DetectorTrainingOptions) {
    const { parameters, statistics, optimizer, frozen = () => false, maximumNorm = 10 } = options;
    if (!(maximumNorm > 0)) throw new RangeError(`Cannot train a detector as the maximum norm must be above 0: current value is ${maximumNorm}`);
    this.#options = options;
    this.#statistics = statistics;
    this.#trained = new Map([...parameters].filter(([name]) => !frozen(name)));
    if (this.#trained.size === 0) throw new RangeError('Cannot train a detector as every parameter is frozen: let some learn');
    this.#optimizerState = optimizer.init(this.#trained);
  }

  /** How many steps have been taken. */
  get step(): number {
    return this.#step;
  }

  /** What was learnt so far; borrowed, and replaced in place by the next step. */
  get model(): { readonly parameters: Parameters; readonly statistics: Statistics } {
    return { parameters: this.#options.parameters, statistics: this.#statistics };
  }

  /**
   * Takes one step: targets, loss, gradients, optimiser, running statistics.
   *
   * @param images Images, [N, H, W, C]; borrowed.
   * @param annotations The boxes of each; a batch without any is ordinary.
   * @param hyper The learning rate of this step.
   * @returns The step's numbers, once the device has them.
   * @throws {TypeError} If the annotations do not fit the images.
   */
  async trainStep(images: Tensor4D, annotations: readonly BoxAnnotations[], { learningRate }: { readonly learningRate: number }): Promise<DetectorStepLog> {
    const numbers = this.#takeStep(images, annotations, learningRate);
    const step = this.#step;
    const [loss, classification, box, gradientNorm] = (await numbers.data()) as unknown as [number, number, number, number];
    numbers.dispose();
    return { step, loss, classification, box, gradientNorm, learningRate };
  }

  #takeStep(images: Tensor4D, annotations: readonly BoxAnnotations[], learningRate: number): Tensor {
    const { detector, parameters, optimizer, batchNorm = 'running', assign, maximumNorm = 10 } = this.#options;
    const [batch, height, width] = images.shape;
    if (batch !== annotations.length) throw new TypeError(`Cannot take a training step as every image must have its boxes: current numbers are ${batch} images and ${annotations.length} annotations`);
    const anchors = detector.anchors(height, width);
    const targets = detectionTargets(anchors, annotations, { findings: detector.findings, ...(assign && { assign }) });
    try {
      let batchStatistics: Statistics = new Map();
      const { loss, gradients, auxiliary } = valueAndGradients(() => {
        const outputs = detector.predict(parameters, this.#statistics, images, { training: batchNorm === 'running' });
        const parts = retinaNetLoss(outputs, targets, anchors, this.#options);
        batchStatistics = outputs.batchStatistics ?? new Map<string, Tensor1D>();
        return { loss: parts.loss, auxiliary: { classification: parts.classification, box: parts.box, ...Object.fromEntries(batchStatistics) } };
      }, this.#trained);
      const { gradients: clipped, norm } = clipByGlobalNorm(gradients, maximumNorm);
      const updated = optimizer.update(clipped, this.#optimizerState, this.#trained, { learningRate });
      for (const [name, value] of updated.parameters) this.#trained.get(name)?.assign(value as never);
      disposeTensors(gradients, clipped, updated.parameters, ...Object.values(this.#optimizerState.slots));
      this.#optimizerState = updated.state;
      if (batchStatistics.size > 0) {
        const averaged = averageStatistics(this.#statistics, batchStatistics);
        disposeTensors(this.#statistics, batchStatistics);
        this.#statistics = averaged;
      }
      this.#step++;
      const numbers = [loss, auxiliary['classification'] as Tensor, auxiliary['box'] as Tensor, norm];
      const stacked = stack(numbers); // [4]
      disposeTensors(numbers);
      return stacked;
    } finally {
      disposeTensors(Object.values(targets));
    }
  }

  /** Everything that training goes on from; the tensors are borrowed and good until the next step. */
  snapshot(): DetectorSnapshot {
    const tensors = new Map<string, Tensor>();
    for (const [name, parameter] of this.#options.parameters) tensors.set(`detector.${name}`, parameter);
    for (const [name, statistic] of this.#statistics) tensors.set(`statistics.${name}`, statistic);
    return { tensors: new Map([...tensors, ...slotTensors(this.#optimizerState)]), state: { step: this.#step, optimizerStep: this.#optimizerState.step } };
  }

  /**
   * Goes on exactly from a snapshot.
   *
   * @param snapshot Tensors (borrowed) and state, as {@link snapshot} returned them.
   * @throws {InputError} If a tensor is missing or has another shape; nothing is changed then.
   */
  restore({ tensors, state }: DetectorSnapshot): void {
    requireTensors('restore training', tensors, this.snapshot().tensors, 'was the snapshot made with another detector?');
    for (const [name, parameter] of this.#options.parameters) parameter.assign(tensors.get(`detector.${name}`) as never);
    const statistics = new Map([...this.#statistics.keys()].map((name) => [name, keep((tensors.get(`statistics.${name}`) as Tensor1D).clone())]));
    const restored = restoreSlots(this.#optimizerState, tensors, state.optimizerStep);
    disposeTensors(this.#statistics, ...Object.values(this.#optimizerState.slots));
    this.#statistics = statistics;
    this.#optimizerState = restored;
    this.#step = state.step;
  }

  /** Frees everything; may be called twice. */
  dispose(): void {
    disposeTensors(this.#options.parameters, this.#statistics, ...Object.values(this.#optimizerState.slots));
  }
}
