import { stack, tidy, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { averageStatistics } from '@cxr-ifa/layers';
import { clipByGlobalNorm, globalNorm, updateMomentum } from '@cxr-ifa/optim';
import { disposeTensors, type Parameters, type Statistics } from '@cxr-ifa/tensor';
import { approximationOf } from './approximation.ts';
import { batchGradients } from './batchGradients.ts';
import { assignAndDispose, trainable, type Branch } from './branch.ts';
import { checkViews } from './checkViews.ts';
import { completeOptions } from './completeOptions.ts';
import { encodeKeys } from './encodeKeys.ts';
import { gradientNorms } from './gradientNorms.ts';
import { keyOrder } from './keyOrder.ts';
import { enqueue } from './keyQueue.ts';
import type { MomentumContrastOptions } from './momentumContrastOptions.ts';
import { observe, type Observation } from './observe.ts';
import type { GradientContext } from './queryGradients.ts';
import { initialiseFromTensors, restoreState, takeSnapshot, type Snapshot } from './snapshot.ts';
import type { StepLog } from './stepLog.ts';
import { disposeState, initialiseState, trained, type TrainingState } from './trainingState.ts';
import type { Views } from './views.ts';

/**
 * MoCo v2 with the IFA loss: a query encoder that learns, a key encoder that follows it, and a queue of past keys.
 * It owns its parameters, statistics, optimiser state and queue until `dispose()`.
 *
 * @see He et al. 2020, Momentum Contrast for Unsupervised Visual Representation Learning, algorithm 1
 * @see Cho et al. 2024, Approximating Intermediate Feature Maps of Self-Supervised Convolution Neural Network to Learn Hard Positive Representations in Chest Radiography
 *
 * @example
 * ```ts
 * const momentumContrast = new MomentumContrast({ encoder, optimizer: sgd(), ifa: ifaPresets.released, queueSize: 4096, rng: createRng(1) });
 * const { loss } = await momentumContrast.trainStep({ query, key }, { learningRate: 0.03 });
 * ```
 */
export class MomentumContrast {
  readonly #context: GradientContext;

  /** @throws {RangeError} If the queue is empty, an IFA term or the intermediate loss names a stage that the encoder has not, both are given, or a rate is out of range. */
  constructor(options: MomentumContrastOptions) {
    const complete = completeOptions(options);
    this.#context = { options: complete, approximation: approximationOf(complete), state: initialiseState(complete) };
  }

  get #state(): TrainingState {
    return this.#context.state;
  }

  /** How many steps have been taken. */
  get step(): number {
    return this.#state.step;
  }

  /** How many keys the queue holds, K; how many of them are real and not of its random start; and their dimension, D. */
  get queue(): { readonly size: number; readonly filled: number; readonly dimension: number } {
    const [size, dimension] = this.#state.queue.shape;
    return { size, filled: this.#state.queueFilled, dimension };
  }

  /** The query encoder, which is what pre-training is for; borrowed, and replaced in place by the next step. */
  get query(): { readonly parameters: Parameters; readonly statistics: Statistics } {
    return { parameters: this.#state.query.encoder, statistics: this.#state.query.statistics };
  }

  /**
   * Takes one step: momentum update, keys, loss, gradients, optimiser, enqueue.
   *
   * @param views Two views of the same images, and where the one's cells lie in the other if maps are to be aligned; borrowed.
   * @param hyper The learning rate of this step.
   * @returns The step's numbers, once the device has them.
   * @throws {TypeError} If the views differ in shape, or have not the encoder's channels, or an alignment is not of its stage's grid.
   * @throws {RangeError} If the batch does not divide the queue, or its groups or micro-batches the batch, or micro-batches cut a group, or views are aligned but for a stage with a term.
   */
  async trainStep(views: Views, { learningRate }: { readonly learningRate: number }): Promise<StepLog> {
    const { names, values } = this.#takeStep(views, learningRate);
    const { step } = this.#state;
    const numbers = await values.data();
    values.dispose();
    return { step, ...Object.fromEntries(names.map((name, index) => [name, numbers[index]])), learningRate } as StepLog;
  }

  /**
   * Looks closely at a batch as it would be trained on now, and changes nothing: costs three passes of the encoder without gradients.
   *
   * @param views As for {@link trainStep}; borrowed.
   * @returns Numbers for the log, and the batch's embeddings.
   * @throws What {@link trainStep} throws of views that do not fit.
   */
  observe(views: Views): Promise<Observation> {
    return observe(this.#context, views);
  }

  /** All of a step but reading its numbers, which are returned as one tensor so that the device is asked once. */
  #takeStep(views: Views, learningRate: number): { names: string[]; values: Tensor1D } {
    const { options, approximation, state } = this.#context;
    const { encoder, head, microBatches, momentum, optimizer } = options;
    const groups = checkViews(options, views);

    // the key encoder follows, and encodes outside the tape: no gradient reaches it
    assignAndDispose(trainable(state.key), updateMomentum(trainable(state.key), trainable(state.query), momentum));
    const keys = encodeKeys({ encoder, head }, state.key, views.key, {
      permutation: keyOrder(options, state.step, views.key.shape[0]),
      groups,
      microBatches,
      terms: approximation.terms,
      alignment: views.alignment,
    });

    try {
      const { gradients, batchStatistics, numbers } = batchGradients(this.#context, { images: views.query, keys, groups });
      const norms = gradientNorms(gradients, encoder.stages.map(({ name }) => name));
      const { gradients: clipped, norm } = this.#clip(gradients);

      const updated = optimizer.update(clipped, state.optimizer, trained(state), { learningRate });
      assignAndDispose(trained(state), updated.parameters);
      disposeTensors(gradients, clipped, ...Object.values(state.optimizer.slots));
      state.optimizer = updated.state;

      this.#average(state.query, batchStatistics);
      this.#average(state.key, keys.batchStatistics);

      const next = enqueue(state.queue, state.queuePointer, keys.embeddings);
      state.queue.dispose();
      state.queue = next.queue;
      state.queuePointer = next.pointer;
      state.queueFilled = Math.min(state.queue.shape[0], state.queueFilled + views.key.shape[0]);
      state.step++;

      const values = tidy(() => stack([...numbers.values(), norm, ...norms.values()])) as Tensor1D; // [numbers]
      disposeTensors(batchStatistics, numbers, [norm], norms);
      return { names: [...numbers.keys(), 'gradientNorm', ...norms.keys()], values };
    } finally {
      disposeTensors([keys.embeddings], keys.stages, keys.masks, keys.batchStatistics);
    }
  }

  #clip(gradients: ReadonlyMap<string, Tensor>): { gradients: ReadonlyMap<string, Tensor>; norm: Tensor } {
    const { clipGradients } = this.#context.options;
    return clipGradients === undefined ? { gradients, norm: globalNorm(gradients) } : clipByGlobalNorm(gradients, clipGradients);
  }

  #average(branch: Branch, batchStatistics: Statistics): void {
    const averaged = averageStatistics(branch.statistics, batchStatistics, this.#context.options.statisticsMomentum);
    disposeTensors(branch.statistics);
    branch.statistics = averaged;
  }

  /** Everything that training goes on from; the tensors are borrowed and good until the next step. */
  snapshot(): Snapshot {
    return takeSnapshot(this.#state);
  }

  /**
   * Goes on exactly from a snapshot.
   *
   * @param snapshot Tensors (borrowed) and state, as {@link snapshot} returned them.
   * @throws {InputError} If a tensor is missing or has another shape; nothing is changed then.
   */
  restore(snapshot: Snapshot): void {
    restoreState(this.#state, snapshot);
  }

  /**
   * Starts from another run's encoder at step 0, which is how the method continues from plain MoCo: the query encoder must be
   * there, and head, key branch, queue and optimiser are taken where they are there in the right shape. A missing key branch is a copy of the query's.
   *
   * @param tensors Tensors by snapshot name; borrowed. Leave out the optimiser's where another optimiser made them.
   * @param optimizerStep How many updates the optimiser's tensors come from, which AdamW reckons with. @default {0}
   * @returns The names of the snapshot that were not found, and so keep their initial values or the query's.
   * @throws {InputError} If a tensor of the query encoder is missing or a tensor has another shape; nothing is changed then.
   */
  initialiseFrom(tensors: ReadonlyMap<string, Tensor>, { optimizerStep = 0 }: { readonly optimizerStep?: number } = {}): { missing: string[] } {
    return { missing: initialiseFromTensors(this.#state, tensors, optimizerStep) };
  }

  /** Frees everything; may be called twice. */
  dispose(): void {
    disposeState(this.#state);
  }
}
