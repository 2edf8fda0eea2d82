import { averageStatistics, linear } from '@cxr-ifa/layers';
import { layerwiseRates, restoreSlots, slotTensors, type Optimizer, type OptimizerState } from '@cxr-ifa/optim';
import { assertShape, createVariables, disposeTensors, requireTensors, valueAndGradients, type Encoder, type Parameters, type Rng, type Statistics } from '@cxr-ifa/tensor';
import { clone, keep, mul, tensor1d, tidy, type Scalar, type Tensor, type Tensor1D, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { checkFineTuner } from './checkFineTuner.ts';
import { classificationLoss, type ClassificationLoss, type CountedFinding } from './classificationLoss.ts';
import { initialiseHead } from './initialiseHead.ts';
import type { LinearProbe } from './linearProbe.ts';
import { HEAD, stageOfParameter, stageRates, type StageRates } from './stageRates.ts';

/** What a fine-tuner looks at: images [N, H, W, C], or the maps of its last frozen stage, computed before. */
export type FineTuneInput = { readonly images: Tensor4D } | { readonly map: Tensor4D };

/** A batch with its labels: 1 or 0, and which of them are known, [N, F] each in the order of the findings. */
export type LabelledBatch = FineTuneInput & { readonly labels: Tensor2D; readonly known: Tensor2D };

/** How a fine-tuner is made. */
export interface FineTunerOptions {
  readonly encoder: Encoder;
  /** Where to begin; copied, and not changed. */
  readonly parameters: Parameters;
  readonly statistics: Statistics;
  /** What to classify. A finding that training knows one class of only is left out of the loss, and has no classifier. */
  readonly findings: readonly CountedFinding[];
  readonly optimizer: Optimizer;
  /** For the head; only forked. */
  readonly rng: Rng;
  /** A probe of the same encoder and findings for the head to begin with, so that training starts from what features know already. @default {PyTorch's `nn.Linear`} */
  readonly head?: LinearProbe;
  /** @default {1 for all} */
  readonly rates?: StageRates;
  /** @default {binary cross-entropy} */
  readonly loss?: ClassificationLoss;
  /** `'running'` normalises by the batch and averages, as in training; `'frozen'` by the statistics as they are, for small batches. Frozen stages always do the latter. @default {'running'} */
  readonly batchNorm?: 'running' | 'frozen';
  /** Share of a batch in running statistics. @default {0.1} */
  readonly statisticsMomentum?: number;
}

/** One step's numbers. */
export interface FineTuneStep {
  /** Counted from 1. */
  readonly step: number;
  readonly loss: number;
  readonly learningRate: number;
}

/** All that a fine-tuner's next step depends on. */
export interface FineTunerState {
  /** How many steps have been taken. */
  readonly step: number;
  /** What `copyWeights` gives, and the optimiser's slots as `optimizer.<slot>.<parameter>`. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/**
 * An encoder with a linear head, trained end to end or from a stage on. It owns its copy of everything until `dispose()`.
 *
 * Parts with the learning-rate factor 0 are frozen: the first stages, as many as are frozen in a row, are run outside the tape in inference mode, or not at all where their maps are given.
 *
 * @see Kumar et al. 2022, Fine-Tuning can Distort Pretrained Features and Underperform Out-of-Distribution (why to begin with a probe)
 *
 * @example
 * ```ts
 * const tuner = new FineTuner({ encoder, parameters, statistics, findings, optimizer: adamW(), rng, rates: stageRates(encoder, { freeze: 'layer2' }) });
 * const { loss } = await tuner.trainStep({ images, labels, known }, { learningRate: 1e-3 });
 * ```
 */
export class FineTuner {
  readonly #encoder: Encoder;
  readonly #options: Required<Pick<FineTunerOptions, 'findings' | 'optimizer' | 'loss' | 'batchNorm' | 'statisticsMomentum'>>;
  /** Every parameter under `encoder.*` and `head.*`. */
  readonly #parameters: Parameters;
  readonly #encoderParameters: Parameters;
  #statistics: Statistics;
  /** Those whose learning rate is not 0. */
  readonly #trained: Parameters;
  #optimizerState: OptimizerState;
  #step = 0;
  /** The last of the stages that are frozen in a row from the first: what maps may be given of. */
  readonly frozenStage: string | undefined;

  /** @throws {RangeError} If there is no finding, a rate is missing or negative, nothing can be trained, or the head is of other findings or another dimension. */
  constructor({ encoder, parameters, statistics, findings, optimizer, rng, head, rates = stageRates(encoder), loss = classificationLoss('none', findings), batchNorm = 'running', statisticsMomentum = 0.1 }: FineTunerOptions) {
    checkFineTuner(encoder, findings, rates, head);
    this.#encoder = encoder;
    const frozen = encoder.stages.findIndex(({ name }) => rates[name] !== 0);
    this.frozenStage = encoder.stages[(frozen < 0 ? encoder.stages.length : frozen) - 1]?.name;
    this.#encoderParameters = createVariables(() => [...parameters].map(([name, parameter]) => [name, clone(parameter)] as const));
    const linearHead = createVariables(() => initialiseHead(encoder.featureSize, findings, rng.fork(HEAD), head));
    this.#parameters = new Map([...prefixed('encoder', this.#encoderParameters), ...prefixed(HEAD, linearHead)]);
    this.#statistics = new Map([...statistics].map(([name, value]) => [name, keep(clone(value))]));
    const rateOf = (name: string): number => rates[name.startsWith('encoder.') ? stageOfParameter(encoder, name.slice('encoder.'.length)) : HEAD] as number;
    this.#options = { findings, optimizer: layerwiseRates(optimizer, rateOf), loss, batchNorm, statisticsMomentum };
    this.#trained = new Map([...this.#parameters].filter(([name]) => rateOf(name) > 0));
    this.#optimizerState = this.#options.optimizer.init(this.#trained);
  }

  /** What is classified, in the order of the logits. */
  get findings(): readonly CountedFinding[] {
    return this.#options.findings;
  }

  /** How many steps have been taken. */
  get step(): number {
    return this.#step;
  }

  /** The encoder as it is now; borrowed, and changed by the next step. */
  get trained(): { readonly parameters: Parameters; readonly statistics: Statistics } {
    return { parameters: this.#encoderParameters, statistics: this.#statistics };
  }

  /**
   * Takes one step.
   *
   * @param batch Images or maps with their labels; borrowed.
   * @param hyper The learning rate, which the stages' factors multiply.
   * @returns The step's numbers, once the device has them.
   * @throws {TypeError} If shapes do not fit.
   * @throws {RangeError} If maps are given and nothing is frozen.
   */
  async trainStep(batch: LabelledBatch, { learningRate }: { readonly learningRate: number }): Promise<FineTuneStep> {
    const loss = this.#takeStep(batch, learningRate);
    const step = this.#step;
    try {
      return { step, loss: (await loss.data())[0] as number, learningRate };
    } finally {
      loss.dispose();
    }
  }

  #takeStep(batch: LabelledBatch, learningRate: number): Scalar {
    const { findings, loss: lossOf, optimizer, batchNorm, statisticsMomentum } = this.#options;
    const input = 'images' in batch ? batch.images : batch.map;
    assertShape('take a fine-tuning step', { input: [input, ['N', 'H', 'W', 'C']], labels: [batch.labels, [input.shape[0], findings.length]], known: [batch.known, [input.shape[0], findings.length]] });
    const known = tidy(() => mul<Tensor2D>(batch.known, tensor1d(findings.map(({ positives, negatives }) => (positives > 0 && negatives > 0 ? 1 : 0))))); // [N, F]
    let lower: Lower | undefined;
    try {
      lower = this.#runFrozen(batch);
      const { from } = lower;
      let batchStatistics: Statistics = new Map();
      const { loss, gradients } = valueAndGradients(() => {
        const encoded = this.#encoder.encode(this.#encoderParameters, this.#statistics, input, { training: batchNorm === 'running', ...(from && { from }) });
        batchStatistics = encoded.batchStatistics ?? new Map();
        return { loss: lossOf(this.#classify(encoded.features), batch.labels, known), auxiliary: Object.fromEntries(batchStatistics) };
      }, this.#trained);
      const updated = optimizer.update(gradients, this.#optimizerState, this.#trained, { learningRate });
      for (const [name, parameter] of this.#trained) parameter.assign(updated.parameters.get(name) as Tensor);
      disposeTensors(updated.parameters, ...Object.values(this.#optimizerState.slots));
      this.#optimizerState = updated.state;
      disposeTensors(gradients);
      const averaged = averageStatistics(this.#statistics, batchStatistics, statisticsMomentum);
      disposeTensors(this.#statistics, batchStatistics);
      this.#statistics = averaged;
      this.#step++;
      return loss;
    } finally {
      known.dispose();
      if (lower?.owned) lower.from?.map.dispose();
    }
  }

  /**
   * Logits in inference mode.
   *
   * @param input Images or maps; borrowed.
   * @returns Logits [N, F], of an untrained finding too; they belong to the caller.
   */
  predict(input: FineTuneInput): Tensor2D {
    const lower = this.#runFrozen(input);
    try {
      return tidy(() => {
        const { features } = this.#encoder.encode(this.#encoderParameters, this.#statistics, 'images' in input ? input.images : input.map, { training: false, ...(lower.from && { from: lower.from }) });
        return this.#classify(features);
      });
    } finally {
      if (lower.owned) lower.from?.map.dispose();
    }
  }

  /** The head as a probe of {@link trained}'s features: plain data that `predictLinearProbe` reads, `null` where a finding could not be trained. */
  async probe(): Promise<LinearProbe> {
    const dimension = this.#encoder.featureSize;
    const [weight, bias] = await Promise.all(['weight', 'bias'].map((name) => (this.#parameters.get(`${HEAD}.${name}`) as Tensor).data())) as [Float32Array, Float32Array];
    const findings = this.#options.findings.map(({ name, positives, negatives }, row) => {
      const classifier = { weights: Array.from(weight.subarray(row * dimension, (row + 1) * dimension)), bias: bias[row] as number, l2: 0, candidates: [], converged: false };
      return { name, positives, negatives, classifier: positives > 0 && negatives > 0 ? classifier : null };
    });
    return { dimension, mean: new Array<number>(dimension).fill(0), deviation: new Array<number>(dimension).fill(1), findings };
  }

  /** Copies of all parameters (`encoder.*`, `head.*`) and statistics (`statistics.*`) as they are now; they belong to the caller. */
  copyWeights(): Map<string, Tensor> {
    return new Map([...this.#parameters, ...prefixed('statistics', this.#statistics)].map(([name, tensor]) => [name, keep(clone(tensor))])); // a tensor's values never change: a variable is given another
  }

  /** Goes back to weights that {@link copyWeights} gave; borrowed. The optimiser's state stays. */
  setWeights(weights: ReadonlyMap<string, Tensor>): void {
    for (const [name, parameter] of this.#parameters) parameter.assign(weights.get(name) as Tensor);
    const statistics = new Map([...this.#statistics.keys()].map((name) => [name, keep(clone(weights.get(`statistics.${name}`) as Tensor1D))]));
    disposeTensors(this.#statistics);
    this.#statistics = statistics;
  }

  /** Everything that the next step depends on, to go on from later with {@link setState}; the tensors belong to the caller. */
  copyState(): FineTunerState {
    const slots = slotTensors(this.#optimizerState, slotInState);
    return { step: this.#step, tensors: new Map([...this.copyWeights(), ...[...slots].map(([name, tensor]) => [name, keep(clone(tensor))] as const)]) };
  }

  /**
   * Goes on from where another fine-tuner of the same options stood: its next step is then the same, bit for bit.
   *
   * @param state What {@link copyState} gave; borrowed.
   * @throws {InputError} If a tensor is missing or has another shape; nothing is changed then.
   */
  setState({ step, tensors }: FineTunerState): void {
    requireTensors('go on with fine-tuning', tensors, new Map([...this.#parameters, ...prefixed('statistics', this.#statistics), ...slotTensors(this.#optimizerState, slotInState)]));
    this.setWeights(tensors);
    const restored = restoreSlots(this.#optimizerState, tensors, step, slotInState);
    disposeTensors(...Object.values(this.#optimizerState.slots));
    this.#optimizerState = restored;
    this.#step = step;
  }

  /** Frees everything; may be called twice. */
  dispose(): void {
    disposeTensors(this.#parameters, this.#statistics, ...Object.values(this.#optimizerState.slots));
  }

  #classify(features: Tensor2D): Tensor2D {
    return linear(features, this.#parameters.get(`${HEAD}.weight`) as unknown as Tensor2D, this.#parameters.get(`${HEAD}.bias`) as unknown as Tensor1D); // [N, F]
  }

  /** Outside the tape: the map that training goes on from, and whether it was made here. */
  #runFrozen(input: FineTuneInput): Lower {
    const stage = this.frozenStage;
    if ('map' in input) {
      if (stage === undefined) throw new RangeError('Cannot train on maps as at least the first stage must be frozen: give images, or a rate of 0 for it');
      return { from: { stage, map: input.map }, owned: false };
    }
    if (stage === undefined) return { owned: false };
    const map = tidy(() => this.#encoder.encode(this.#encoderParameters, this.#statistics, input.images, { training: false }).stages[stage] as Tensor4D);
    return { from: { stage, map }, owned: true };
  }
}

interface Lower {
  readonly from?: { readonly stage: string; readonly map: Tensor4D };
  readonly owned: boolean;
}

const slotInState = (slot: string, parameter: string): string => `optimizer.${slot}.${parameter}`;

function prefixed<Value>(prefix: string, map: ReadonlyMap<string, Value>): [string, Value][] {
  return [...map].map(([name, value]) => [`${prefix}.${name}`, value]);
}
