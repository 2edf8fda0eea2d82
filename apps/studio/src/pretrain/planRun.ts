import type { EncoderTable, Preprocessing } from '@cxr-ifa/checkpoint';
import { chooseBatchNormGroups } from '@cxr-ifa/moco';
import { InputError } from '@cxr-ifa/tensor';
import type { RunPlan } from './run.ts';
import type { PretrainSettings } from './settings.ts';

/** An image must have negatives to be told from. */
const FEWEST_BATCHES = 2;
const LARGEST_QUEUE = 65_536;

/**
 * Fits a run to the images that there are.
 *
 * @throws {InputError} If they are too few, the batch is odd, or a number is missing or out of its range.
 */
export function planRun(settings: PretrainSettings, images: number, encoder: { readonly table: EncoderTable; readonly preprocessing: Preprocessing }): RunPlan {
  const { batchSize, steps, learningRate } = settings;
  if (!(Number.isSafeInteger(batchSize) && batchSize >= 4 && batchSize % 2 === 0)) throw new InputError(`Cannot pretrain as a batch must be an even number of at least 4 images: current value is ${batchSize}`);
  if (!(Number.isSafeInteger(steps) && steps >= 1)) throw new InputError(`Cannot pretrain as the number of steps must be a whole number of at least 1: current value is ${steps}`);
  if (!(learningRate > 0 && learningRate <= 1)) throw new InputError(`Cannot pretrain as the learning rate must be above 0 and at most 1: current value is ${learningRate}`);
  if (images < FEWEST_BATCHES * batchSize) throw new InputError(`Cannot pretrain as there must be at least ${FEWEST_BATCHES} batches of ${batchSize} images: current number of images is ${images}; open more, or choose a smaller batch`);
  return { settings, ...encoder, images, queueSize: Math.floor(Math.min(LARGEST_QUEUE, images) / batchSize) * batchSize, batchNormGroups: chooseBatchNormGroups(batchSize) };
}
