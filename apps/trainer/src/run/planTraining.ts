import { stepsPerEpoch } from '@cxr-ifa/datasets';
import { chooseBatchNormGroups } from '@cxr-ifa/moco';
import type { Encoder } from '@cxr-ifa/tensor';
import { DEFAULT_EPOCHS } from '../options/pretrainOptions.ts';
import { UsageError } from '../usageError.ts';

/** The options that must fit one another and the data. */
export interface TrainingSizes {
  readonly batchSize: number;
  readonly imageSize: number;
  readonly queueSize?: number | undefined;
  readonly batchNormGroups?: number | undefined;
  readonly accumulate: number;
  readonly epochs?: number | undefined;
  readonly steps?: number | undefined;
}

/** How training will go. */
export interface TrainingPlan {
  readonly queueSize: number;
  readonly batchNormGroups: number;
  readonly stepsPerEpoch: number;
  readonly steps: number;
}

/** The queue of the paper, where there are as many images. */
const LARGEST_QUEUE = 65_536;

/**
 * Fits the sizes to the data, before anything is computed or written.
 *
 * @param sizes What was asked for.
 * @param images How many images there are.
 * @param encoder The encoder, for the stride of its last stage.
 * @throws {UsageError} If they do not fit: one sentence that says what to choose.
 */
export function planTraining({ batchSize, imageSize, queueSize, batchNormGroups, accumulate, epochs, steps }: TrainingSizes, images: number, encoder: Encoder): TrainingPlan {
  const demand = (holds: boolean, message: string): void => {
    if (!holds) throw new UsageError(`Cannot pretrain as ${message}`);
  };
  const stride = encoder.stages.at(-1)?.stride as number;
  demand(imageSize >= stride, `images must not be smaller than the encoder's stride of ${stride}: current --image-size is ${imageSize}`);
  demand(batchSize <= images, `a batch must not be larger than the data of ${images} image${images === 1 ? '' : 's'}: current --batch-size is ${batchSize}`);

  demand(batchSize % accumulate === 0, `the micro-batches must divide the batch of ${batchSize}: current --accumulate is ${accumulate}`);
  const groups = batchNormGroups ?? chooseBatchNormGroups(batchSize, accumulate);
  demand(batchSize % groups === 0, `the batch-norm groups must divide the batch of ${batchSize}: current --batch-norm-groups is ${groups}`);
  demand(groups % accumulate === 0, `each of the ${accumulate} micro-batches must have whole batch-norm groups: current --batch-norm-groups is ${groups}, choose a multiple of ${accumulate}`);
  const smallestMap = Math.ceil(imageSize / stride) ** 2;
  demand(
    (batchSize / groups) * smallestMap >= 2,
    `a batch-norm group must have more than one value a channel, and ${batchSize / groups} image of ${imageSize} pixels leaves one: choose a larger --batch-size or --image-size, or fewer --batch-norm-groups than ${groups}`,
  );

  const queue = queueSize ?? Math.floor(Math.min(LARGEST_QUEUE, images) / batchSize) * batchSize;
  demand(queue <= images, `the queue must not be larger than the data of ${images} images, or an image would meet itself as a negative: current --queue-size is ${queue}`);
  demand(queue % batchSize === 0, `the batch of ${batchSize} must divide the queue: current --queue-size is ${queue}, choose ${Math.max(1, Math.floor(queue / batchSize)) * batchSize}`);

  const perEpoch = stepsPerEpoch(images, batchSize);
  demand(epochs === undefined || steps === undefined, `either --epochs or --steps can be given: current values are ${epochs} and ${steps}`);
  return { queueSize: queue, batchNormGroups: groups, stepsPerEpoch: perEpoch, steps: steps ?? (epochs ?? DEFAULT_EPOCHS) * perEpoch };
}
