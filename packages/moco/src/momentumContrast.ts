import { add, keep, stack, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { averageStatistics } from '@cxr-ifa/layers';
import { ifaLoss, infoNce, l2Normalise, type IfaLoss, type IfaTerm, type IntermediateLoss, type StageLoss } from '@cxr-ifa/losses';
import { updateMomentum, type Optimizer, type OptimizerState } from '@cxr-ifa/optim';
import { assertShape, disposeTensors, InputError, valueAndGradients, type Encoder, type Parameters, type Rng, type Statistics } from '@cxr-ifa/tensor';
import { assignAndDispose, copyBranch, mapValues, snapshotName, trainable, type Branch } from './branch.ts';
import { checkOptions } from './checkOptions.ts';
import { chooseBatchNormGroups } from './chooseBatchNormGroups.ts';
import { encodeKeys, type EncodedKeys } from './encodeKeys.ts';
import { enqueue, initialiseQueue } from './keyQueue.ts';
import { createProjectionHead, type ProjectionHead } from './projectionHead.ts';
import { stageNumbers, type Approximated } from './stageNumbers.ts';
import type { StepLog } from './stepLog.ts';
import type { Views } from './views.ts';

/** What a {@link MomentumContrast} is made of. */
export interface MomentumContrastOptions {
  readonly encoder: Encoder;
  /** How the query encoder's parameters move. */
  readonly optimizer: Optimizer;
  /** Where the initial parameters, the initial queue and the shuffles come from. */
  readonly rng: Rng;
  /** The IFA terms, such as `ifaPresets.released`; none is plain MoCo v2. @default {[]} */
  readonly ifa?: readonly IfaTerm[];
  /** A loss on intermediate maps in the place of IFA, such as one of `stageMse`; its own parameters, if it has any, are trained along. */
  readonly intermediate?: IntermediateLoss;
  /** Keys in the queue, K; a multiple of the batch, and no more than there are images. @default {65536} */
  readonly queueSize?: number;
  /** How much of the key encoder stays at each step, m. @default {0.999} */
  readonly momentum?: number;
  /** T. @default {0.2} */
  readonly temperature?: number;
  /** The projection head; a two-layer one by default. */
  readonly head?: ProjectionHead;
  /** Batch-norm groups; `chooseBatchNormGroups` of the batch by default. */
  readonly batchNormGroups?: number;
  /** Share of a batch in batch-norm's running statistics. @default {0.1} */
  readonly statisticsMomentum?: number;
}

/** What is no tensor in a snapshot: plain JSON. */
export interface MomentumContrastState {
  readonly step: number;
  readonly queuePointer: number;
  readonly optimizerStep: number;
}

/** Everything that training goes on from. */
export interface Snapshot {
  /** `encoder_q.*`, `encoder_k.*`, `head_q.*`, `head_k.*`, `statistics_q.*`, `statistics_k.*`, `intermediate.*` where the intermediate loss has parameters, `queue`, and the optimiser's slots such as `momentum.encoder_q.*`. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly state: MomentumContrastState;
}

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
  readonly #options: Required<Omit<MomentumContrastOptions, 'batchNormGroups' | 'intermediate'>> & Pick<MomentumContrastOptions, 'batchNormGroups' | 'intermediate'>;
  readonly #query: Branch;
  readonly #key: Branch;
  /** The intermediate loss's own, such as a projector's. */
  readonly #intermediate: Parameters;
  #queue: Tensor2D;
  #queuePointer = 0;
  #optimizerState: OptimizerState;
  #step = 0;

  /** @throws {RangeError} If the queue is empty, an IFA term or the intermediate loss names a stage that the encoder has not, both are given, or a rate is out of range. */
  constructor(options: MomentumContrastOptions) {
    const { encoder, rng } = options;
    this.#options = { ifa: [], queueSize: 65_536, momentum: 0.999, temperature: 0.2, statisticsMomentum: 0.1, head: createProjectionHead({ featureSize: encoder.featureSize }), ...options };
    checkOptions(this.#options);
    const { head, optimizer, queueSize } = this.#options;
    const { parameters, statistics } = encoder.initialise(rng.fork('encoder'));
    this.#query = { encoder: parameters, head: head.initialise(rng.fork('head')), statistics };
    this.#key = copyBranch(this.#query);
    this.#intermediate = options.intermediate?.initialise?.(rng.fork('intermediate')) ?? new Map();
    this.#queue = initialiseQueue(rng.fork('queue'), queueSize, head.dimension);
    this.#optimizerState = optimizer.init(this.#trained());
  }

  /** All that the optimiser moves: the query branch, and the intermediate loss's own parameters under `intermediate.*`. */
  #trained(): Parameters {
    return new Map([...trainable(this.#query), ...[...this.#intermediate].map(([name, parameter]) => [`intermediate.${name}`, parameter] as const)]);
  }

  /** What the loss on intermediate maps is called, and the stages that it needs. */
  #approximated(): Approximated {
    const { ifa, intermediate } = this.#options;
    return intermediate ? { name: intermediate.name, terms: intermediate.stages.map((stage) => ({ stage })) } : { name: 'ifa', terms: ifa };
  }

  /** How many steps have been taken. */
  get step(): number {
    return this.#step;
  }

  /** The query encoder, which is what pre-training is for; borrowed, and replaced in place by the next step. */
  get query(): { readonly parameters: Parameters; readonly statistics: Statistics } {
    return { parameters: this.#query.encoder, statistics: this.#query.statistics };
  }

  /**
   * Takes one step: momentum update, keys, loss, gradients, optimiser, enqueue.
   *
   * @param views Two views of the same images, and where the one's cells lie in the other if maps are to be aligned; borrowed.
   * @param hyper The learning rate of this step.
   * @returns The step's numbers, once the device has them.
   * @throws {TypeError} If the views differ in shape, or have not the encoder's channels, or an alignment is not of its stage's grid.
   * @throws {RangeError} If the batch does not divide the queue, or its groups the batch, or views are aligned but for a stage with a term.
   */
  async trainStep(views: Views, { learningRate }: { readonly learningRate: number }): Promise<StepLog> {
    const numbers = this.#takeStep(views, learningRate);
    const step = this.#step;
    const [loss, infoNce, accuracyTop1, positiveLogit, negativeLogit, ...perStage] = await numbers.data();
    numbers.dispose();
    const terms = Object.fromEntries(stageNumbers(this.#approximated(), views).map(({ name }, i) => [name, perStage[i]]));
    return { step, loss, infoNce, ...terms, accuracyTop1, positiveLogit, negativeLogit, learningRate } as StepLog;
  }

  /** All of a step but reading its numbers, which are returned as one tensor so that the device is asked once. */
  #takeStep(views: Views, learningRate: number): Tensor1D {
    const { encoder, head, ifa, intermediate, momentum, optimizer, temperature, statisticsMomentum, rng } = this.#options;
    const [query, key] = [this.#query, this.#key];
    const approximated = this.#approximated();
    const groups = this.#checkViews(views);

    // the key encoder follows, and encodes outside the tape: no gradient reaches it
    assignAndDispose(trainable(key), updateMomentum(trainable(key), trainable(query), momentum));
    const keys: EncodedKeys = encodeKeys({ encoder, head }, key, views.key, {
      permutation: rng.fork('shuffle', this.#step).permutation(views.key.shape[0]),
      groups,
      terms: approximated.terms,
      alignment: views.alignment,
    });

    try {
      let batchStatistics: Statistics = new Map();
      const { loss, gradients, auxiliary } = valueAndGradients(() => {
        const encoded = encoder.encode(query.encoder, query.statistics, views.query, { training: true, groups });
        const embeddings = l2Normalise(head.project(query.head, encoded.features)); // [N, D]
        const contrast = infoNce(embeddings, keys.embeddings, this.#queue, { temperature });
        const approximation: StageLoss & Partial<IfaLoss> = intermediate
          ? intermediate.compute(encoded.stages, keys.stages, this.#intermediate)
          : ifaLoss(encoded.stages, keys.stages, { terms: ifa, masks: keys.masks });
        const total = add(contrast.loss, approximation.loss) as Scalar;
        const perStage = stageNumbers(approximated, views).map(({ stage, of }) => {
          const number = approximation[of]?.[stage];
          if (!number) throw new RangeError(`Cannot take a training step as the intermediate loss must return a term and a similarity for each of its stages: current result has no ${of} of ${stage}`);
          return number;
        });
        const numbers = stack([total, contrast.loss, contrast.accuracyTop1, contrast.positiveLogit, contrast.negativeLogit, ...perStage]); // [5 + 2 or 3 a stage]
        batchStatistics = encoded.batchStatistics as Statistics;
        return { loss: total, auxiliary: { numbers, ...Object.fromEntries(batchStatistics) } };
      }, this.#trained());
      loss.dispose();

      const updated = optimizer.update(gradients, this.#optimizerState, this.#trained(), { learningRate });
      assignAndDispose(this.#trained(), updated.parameters);
      disposeTensors(gradients, ...Object.values(this.#optimizerState.slots));
      this.#optimizerState = updated.state;

      this.#average(query, batchStatistics, statisticsMomentum);
      this.#average(key, keys.batchStatistics, statisticsMomentum);
      disposeTensors(batchStatistics);

      const next = enqueue(this.#queue, this.#queuePointer, keys.embeddings);
      this.#queue.dispose();
      this.#queue = next.queue;
      this.#queuePointer = next.pointer;
      this.#step++;
      return auxiliary.numbers as Tensor1D;
    } finally {
      disposeTensors([keys.embeddings], keys.stages, keys.masks, keys.batchStatistics);
    }
  }

  #average(branch: Branch, batchStatistics: Statistics, momentum: number): void {
    const averaged = averageStatistics(branch.statistics, batchStatistics, momentum);
    disposeTensors(branch.statistics);
    branch.statistics = averaged;
  }

  #checkViews({ query, key, alignment }: Views): number {
    const { encoder, ifa, intermediate, queueSize, batchNormGroups } = this.#options;
    const { N: batch } = assertShape('take a training step', { query: [query, ['N', 'H', 'W', encoder.inputChannels]], key: [key, ['N', 'H', 'W', encoder.inputChannels]] }) as { N: number };
    if (queueSize % batch !== 0) throw new RangeError(`Cannot take a training step as the batch must divide the queue: current batch is ${batch}, queue ${queueSize}`);
    const groups = batchNormGroups ?? chooseBatchNormGroups(batch);
    if (batch % groups !== 0) throw new RangeError(`Cannot take a training step as the batch-norm groups must divide the batch: current groups are ${groups}, batch ${batch}`);
    if (alignment && intermediate) throw new RangeError(`Cannot take a training step as views are aligned for IFA terms only: current loss on intermediate maps is ${intermediate.name}`);
    for (const { stage } of alignment ? ifa : []) {
      const found = alignment?.[stage];
      if (!found) throw new RangeError(`Cannot take a training step as views must be aligned for every stage with an IFA term or for none: current alignment has no ${stage}`);
      assertShape('take a training step', { query: [query, ['N', 'height', 'width', 'C']], [`the positions of ${stage}`]: [found.positions, ['N', 'H', 'W', 2]], [`the mask of ${stage}`]: [found.mask, ['N', 'H', 'W']] });
    }
    return groups;
  }

  /** Everything that training goes on from; the tensors are borrowed and good until the next step. */
  snapshot(): Snapshot {
    const tensors = new Map<string, Tensor>();
    for (const [suffix, branch] of [['q', this.#query], ['k', this.#key]] as const) {
      for (const [name, parameter] of trainable(branch)) tensors.set(snapshotName(name, suffix), parameter);
      for (const [name, statistic] of branch.statistics) tensors.set(`statistics_${suffix}.${name}`, statistic);
    }
    for (const [name, parameter] of this.#intermediate) tensors.set(`intermediate.${name}`, parameter);
    for (const [slot, values] of Object.entries(this.#optimizerState.slots)) {
      for (const [name, value] of values) tensors.set(`${slot}.${snapshotName(name, 'q')}`, value);
    }
    tensors.set('queue', this.#queue);
    return { tensors, state: { step: this.#step, queuePointer: this.#queuePointer, optimizerStep: this.#optimizerState.step } };
  }

  /**
   * Goes on exactly from a snapshot.
   *
   * @param snapshot Tensors (borrowed) and state, as {@link snapshot} returned them.
   * @throws {InputError} If a tensor is missing or has another shape; nothing is changed then.
   */
  restore({ tensors, state }: Snapshot): void {
    const current = this.snapshot().tensors;
    for (const [name, { shape }] of current) {
      const found = tensors.get(name);
      if (!found) throw new InputError(`Cannot restore training as the snapshot has no tensor ${name}: was it made with another encoder?`);
      if (found.shape.join() !== shape.join()) throw new InputError(`Cannot restore training as ${name} must have shape [${shape.join(', ')}]: the snapshot's is [${found.shape.join(', ')}]`);
    }
    this.#take(tensors);
    this.#step = state.step;
    this.#queuePointer = state.queuePointer;
    this.#optimizerState = { slots: this.#optimizerState.slots, step: state.optimizerStep };
  }

  /**
   * Starts from another run's encoder at step 0, which is how the method continues from plain MoCo: the query encoder must be
   * there, and head, key branch, queue and optimiser are taken where they are there in the right shape. A missing key branch is a copy of the query's.
   *
   * @param tensors Tensors by snapshot name; borrowed.
   * @returns The names of the snapshot that were not found, and so keep their initial values or the query's.
   * @throws {InputError} If a tensor of the query encoder is missing or a tensor has another shape; nothing is changed then.
   */
  initialiseFrom(tensors: ReadonlyMap<string, Tensor>): { missing: string[] } {
    const usable = new Map<string, Tensor>();
    const missing: string[] = [];
    for (const [name, { shape }] of this.snapshot().tensors) {
      const found = tensors.get(name) ?? tensors.get(name.replace(/^(encoder|head|statistics)_k\./, '$1_q.'));
      if (!tensors.has(name)) missing.push(name);
      if (!found && name.startsWith('encoder_q.')) throw new InputError(`Cannot initialise the encoder as the checkpoint has no tensor ${name}: was it made with another encoder?`);
      if (!found || (name === 'queue' && found.shape.join() !== shape.join())) continue; // a queue of another size starts anew
      if (found.shape.join() !== shape.join()) throw new InputError(`Cannot initialise the encoder as ${name} must have shape [${shape.join(', ')}]: the checkpoint's is [${found.shape.join(', ')}]`);
      usable.set(name, found);
    }
    this.#take(usable);
    return { missing };
  }

  /** Takes over the values of the tensors that are given; shapes were checked. */
  #take(tensors: ReadonlyMap<string, Tensor>): void {
    const taken = <T extends Tensor>(name: string, current: T): T => {
      const found = tensors.get(name);
      if (!found) return current;
      current.dispose();
      return keep(found.clone()) as T;
    };
    for (const [suffix, branch] of [['q', this.#query], ['k', this.#key]] as const) {
      for (const [name, parameter] of trainable(branch)) {
        const found = tensors.get(snapshotName(name, suffix));
        if (found) parameter.assign(found);
      }
      branch.statistics = mapValues(branch.statistics, (value, name) => taken(`statistics_${suffix}.${name}`, value));
    }
    for (const [name, parameter] of this.#intermediate) {
      const found = tensors.get(`intermediate.${name}`);
      if (found) parameter.assign(found);
    }
    const slots = Object.entries(this.#optimizerState.slots).map(([slot, values]) => [slot, mapValues(values, (value, name) => taken(`${slot}.${snapshotName(name, 'q')}`, value))] as const);
    this.#optimizerState = { ...this.#optimizerState, slots: Object.fromEntries(slots) };
    this.#queue = taken('queue', this.#queue);
  }

  /** Frees everything; may be called twice. */
  dispose(): void {
    for (const { encoder, head, statistics } of [this.#query, this.#key]) disposeTensors(encoder, head, statistics);
    disposeTensors([this.#queue], this.#intermediate, ...Object.values(this.#optimizerState.slots));
  }
}
