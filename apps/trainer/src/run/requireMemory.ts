import { disposeTensors, noRandomness, valueAndGradients, type Encoder, type Stage } from '@cxr-ifa/tensor';
import { mean, memory, tidy, zeros, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import type { SelectedBackend } from '../backend/selectBackend.ts';
import type { PretrainOptions } from '../options/pretrainOptions.ts';
import { UsageError } from '../usageError.ts';
import { memoryLimit } from './describeMachine.ts';
import { intermediateOf } from './intermediateOf.ts';

/** All that 32-bit WebAssembly can address. */
const SIMD_LIMIT = 2 ** 32;
/** The most that a step holds at once, over the maps that its forward pass leaves for the backward pass, which frees them as it goes: 0.70 to 0.77 measured on ResNet-18 and ResNet-50, 0.86 with stages recomputed (`tools/bench/stepMemory.mjs`). */
const BACKWARD_SHARE = 0.9;
/** The same over the bytes of the encoder's parameters, whatever the batch (heads, key encoder, momenta, gradients, new ones): 4.2 to 4.8 measured. */
const COPIES_OF_PARAMETERS = 4.8;

/** What a training step takes, in bytes. */
export interface StepMemory {
  readonly fixed: number;
  /** Of the images that are in memory at a time: a micro-batch. */
  readonly perImage: number;
  /** Of the images of a batch that is cut into micro-batches: both views, and the key's maps of some stages. */
  readonly perHeldImage: number;
}

/** What the options say of it. */
export interface StepMemoryOptions {
  readonly imageSize: number;
  readonly recompute: 'none' | 'stages';
  /** Stages whose key maps are held. */
  readonly stages: readonly string[];
  /** How many tensors of its size the optimiser remembers of each parameter. */
  readonly slots: number;
}

/** What the options of a run say of it. */
export function stepMemoryOptions(options: Pick<PretrainOptions, 'imageSize' | 'recompute' | 'ifa' | 'ifaTerms' | 'optimizer'>): StepMemoryOptions {
  return { ...options, stages: intermediateOf(options).terms.map(({ stage }) => stage), slots: options.optimizer === 'adamw' ? 2 : 1 };
}

/**
 * Measures what a step takes, by what two and four images leave behind for the backward pass: of all stages at once, or, where they are
 * recomputed, of the one that leaves the most, beside the maps between stages.
 *
 * @param encoder The encoder.
 * @param options What else there is to know.
 */
export function measureStepMemory(encoder: Encoder, { imageSize, recompute, stages: heldStages, slots }: StepMemoryOptions): StepMemory {
  const { parameters, statistics } = encoder.initialise(noRandomness);
  const mapSize = ({ stride, channels }: Stage): number => 4 * channels * Math.ceil(imageSize / stride) ** 2;
  const mapOf = (count: number, { stride, channels }: Stage): Tensor4D => zeros([count, Math.ceil(imageSize / stride), Math.ceil(imageSize / stride), channels]);
  const shortest = parameters.values().next().value as Tensor; // a loss whose way back is short: what counts is what the way forward leaves
  const heldBy = (count: number, part: Stage, previous?: Stage): number => {
    const images = mapOf(count, previous ?? { name: '', stride: 1, channels: encoder.inputChannels });
    let held = 0;
    const { loss, gradients } = valueAndGradients(() => {
      const before = memory().numBytes;
      tidy(() => encoder.encode(parameters, statistics, images, { training: true, to: part.name, ...(previous && { from: { stage: previous.name, map: images } }) }).features);
      held = memory().numBytes - before;
      return { loss: mean(shortest), auxiliary: {} };
    }, parameters);
    disposeTensors([images, loss], gradients);
    return held;
  };
  const heldPerImage = (part: Stage, previous?: Stage): number => (heldBy(4, part, previous) - heldBy(2, part, previous)) / 2;
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const { stages } = encoder;
  const held = recompute === 'none' ? heldPerImage(stages.at(-1) as Stage) : sum(stages.map(mapSize)) + Math.max(...stages.map((stage, index) => heldPerImage(stage, stages[index - 1])));
  const fixed = sum([...parameters.values()].map(({ size }) => 4 * size * (COPIES_OF_PARAMETERS + 2 * (slots - 1)))); // old and new
  disposeTensors(parameters, statistics);
  const perHeldImage = 2 * 4 * encoder.inputChannels * imageSize ** 2 + sum(stages.filter(({ name }) => heldStages.includes(name)).map(mapSize));
  return { fixed, perImage: BACKWARD_SHARE * held, perHeldImage };
}

/** The share of the memory up to which a batch is recommended: beyond it the system begins to swap, or ends the process. */
export const COMFORTABLE_SHARE = 0.9;

/** The largest even batch that is no larger: batch-norm needs two groups. */
export function evenBatch(images: number): number {
  return 2 * Math.floor(images / 2);
}

/** What the backend can hold, in bytes; nothing where it does not tell: WebGPU does not say how much memory a GPU has. */
export function backendMemory({ name, adapter }: Pick<SelectedBackend, 'name' | 'adapter'>): number | undefined {
  if (adapter && !adapter.software) return undefined;
  return name === 'simd' ? Math.min(SIMD_LIMIT, memoryLimit()) : memoryLimit();
}

/** What a step over a batch takes that is cut into so many parts. */
function neededBy({ fixed, perImage, perHeldImage }: StepMemory, batchSize: number, parts: number): number {
  return fixed + (batchSize / parts) * perImage + (parts === 1 ? 0 : batchSize * perHeldImage);
}

/** The largest even batch for which so much memory suffices in comfort; below 2 there is none. */
export function fittingBatch({ fixed, perImage }: StepMemory, limit: number): number {
  return evenBatch((COMFORTABLE_SHARE * limit - fixed) / perImage);
}

/** The fewest micro-batches, but more than `over`, in which a batch fits in comfort, if there are. */
export function fittingParts(memory: StepMemory, limit: number, batchSize: number, over: number): number | undefined {
  return Array.from({ length: batchSize / 2 }, (_, index) => index + 1).find((count) => count > over && batchSize % count === 0 && neededBy(memory, batchSize, count) <= COMFORTABLE_SHARE * limit);
}

/**
 * Refuses a batch for which the memory cannot suffice, and says which would.
 *
 * @throws {UsageError} If it cannot.
 */
export function requireMemory(memory: StepMemory, { batchSize, accumulate, recompute }: Pick<PretrainOptions, 'batchSize' | 'accumulate' | 'recompute'>, backend: SelectedBackend): void {
  const limit = backendMemory(backend);
  if (limit === undefined) return;
  const needed = neededBy(memory, batchSize, accumulate);
  if (needed <= limit) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  const fitting = fittingBatch(memory, limit);
  const parts = fittingParts(memory, limit, batchSize, accumulate);
  const advice = [
    ...(parts === undefined ? [] : [`--accumulate ${parts}`]),
    fitting >= 2 ? `--batch-size ${fitting} or less, or a smaller --image-size or --width` : 'a smaller --image-size, --width or --arch',
  ].join(', or ');
  const besides = recompute === 'none' && memory.fixed < limit ? '; --recompute stages takes less an image' : '';
  throw new UsageError(`Cannot pretrain as a batch of ${batchSize}${accumulate > 1 ? ` in ${accumulate} micro-batches` : ''} needs about ${gigabytes(needed)} of memory, and the backend ${backend.name} has ${gigabytes(limit)} here: choose ${advice}${besides}`);
}
