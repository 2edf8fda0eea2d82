import { readTrainingCheckpoint, storedToTensors, tensorsToStored, writeTrainingCheckpoint } from '@cxr-ifa/checkpoint';
import { stepsPerEpoch } from '@cxr-ifa/datasets';
import { embeddingNumbers, MomentumContrast, queueNumbers, train } from '@cxr-ifa/moco';
import { cosineSchedule, sgd } from '@cxr-ifa/optim';
import { createResnet, type Architecture } from '@cxr-ifa/resnet';
import { createRng, disposeTensors, InputError, type CancelSignal, type Encoder, type Rng } from '@cxr-ifa/tensor';
import type { LogRow, RunPlan, RunState, StoredRun } from './run.ts';
import { MOMENTUM, OBSERVE_EVERY, SAVE_EVERY, TEMPERATURE } from './settings.ts';
import { termsOf } from './termsOf.ts';
import { thinRows } from './thinRows.ts';
import { viewBatches } from './viewBatches.ts';

/** Who hears of a run. */
export interface RunListener {
  /** A step's numbers. */
  step(row: LogRow): void;
  /** Everything to go on from is ready to be kept. */
  save(state: RunState): Promise<void>;
}

/** A run in memory; it owns its tensors until `dispose()`. */
export class Pretraining {
  readonly plan: RunPlan;
  #rows: readonly LogRow[];
  readonly #pixels: Float32Array;
  readonly #encoder: Encoder;
  readonly #rng: Rng;
  readonly #trainer: MomentumContrast;

  /** @param from The checkpoint of an encoder to begin with; a random one begins without. */
  constructor({ plan, pixels, checkpoint, rows }: StoredRun, from?: Uint8Array) {
    this.plan = plan;
    this.#rows = rows;
    this.#pixels = pixels;
    const { architecture, width, inputChannels } = plan.table;
    this.#encoder = createResnet({ architecture: architecture as Architecture, width, inputChannels });
    this.#rng = createRng(plan.settings.seed);
    this.#trainer = new MomentumContrast({
      encoder: this.#encoder,
      optimizer: sgd({ momentum: 0.9, weightDecay: 1e-4 }),
      ifa: termsOf(plan.settings),
      queueSize: plan.queueSize,
      batchNormGroups: plan.batchNormGroups,
      momentum: MOMENTUM,
      temperature: TEMPERATURE,
      rng: this.#rng,
    });
    try {
      if (checkpoint) this.#restore(checkpoint);
      else if (from) this.#initialise(from);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  get step(): number {
    return this.#trainer.step;
  }

  /** Numbers of its steps: of all the latest, of some of those long ago. */
  get rows(): readonly LogRow[] {
    return this.#rows;
  }

  /** Trains until the run is at its end, or the signal asks to stop; what is there then was saved. */
  async go(signal: CancelSignal, listener: RunListener): Promise<void> {
    const { settings } = this.plan;
    const { batchSize, steps, learningRate } = settings;
    const batches = viewBatches(this.plan, { encoder: this.#encoder, pixels: this.#pixels, rng: this.#rng, from: this.step });
    const isObserved = (step: number): boolean => step % OBSERVE_EVERY === 0 || step === steps;
    let saved = { step: -1, at: performance.now() };
    let last = saved.at;
    for await (const { embeddings, ...numbers } of train(this.#trainer, batches, { steps, schedule: cosineSchedule({ base: learningRate, total: steps }), observe: isObserved, signal })) {
      if (!Object.values(numbers).every(Number.isFinite)) throw new InputError(`Cannot go on as numbers of step ${numbers.step} are not finite any more: begin again with a learning rate below ${learningRate}`);
      const now = performance.now();
      const row = { ...numbers, ...queueNumbers(this.#trainer.queue, batchSize, numbers.infoNce), ...(embeddings && embeddingNumbers(embeddings)), imagesPerSecond: (1000 * batchSize) / (now - last) };
      last = now;
      this.#rows = thinRows([...this.#rows, row]);
      listener.step(row);
      if (now - saved.at >= SAVE_EVERY) {
        await listener.save(await this.state());
        saved = { step: numbers.step, at: performance.now() };
      }
      await new Promise((resolve) => setTimeout(resolve, 0)); // lets in what else is asked of this worker
    }
    if (saved.step !== this.step) await listener.save(await this.state());
  }

  /** A checkpoint of where the run stands, and its log. */
  async state(): Promise<RunState> {
    const { tensors, state } = this.#trainer.snapshot();
    const { settings, table, preprocessing, images } = this.plan;
    const perEpoch = stepsPerEpoch(images, settings.batchSize);
    const epoch = Math.floor(state.step / perEpoch);
    const checkpoint = writeTrainingCheckpoint(await tensorsToStored(tensors), {
      ...state,
      epoch,
      optimizer: 'sgd',
      randomState: this.#rng.state(),
      sampler: { epoch, position: (state.step % perEpoch) * settings.batchSize, images },
      encoder: table,
      preprocessing,
    });
    return { checkpoint, step: state.step, rows: this.#rows };
  }

  dispose(): void {
    this.#trainer.dispose();
  }

  #restore(checkpoint: Uint8Array): void {
    const { tensors: stored, details } = readTrainingCheckpoint(checkpoint);
    if (!details) throw new InputError('Cannot go on with the run as its checkpoint is damaged: begin a new one');
    const tensors = storedToTensors(stored);
    try {
      this.#trainer.restore({ tensors, state: details });
    } finally {
      disposeTensors(tensors);
    }
  }

  /** The encoder alone: heads, queue and momenta of another run over other images say nothing here. */
  #initialise(from: Uint8Array): void {
    const stored = [...readTrainingCheckpoint(from).tensors].filter(([name]) => /^(encoder|statistics)_q\./.test(name));
    const tensors = storedToTensors(new Map(stored));
    try {
      this.#trainer.initialiseFrom(tensors);
    } finally {
      disposeTensors(tensors);
    }
  }
}
