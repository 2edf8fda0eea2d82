import { integer, oneOf, real, type OptionValues } from './option.ts';

/** What is done about findings that few images have; a linear probe knows the first two. */
export const IMBALANCE = ['none', 'class-weights', 'focal', 'logit-adjustment', 'balanced-sampling'] as const;

/** How an encoder is trained on with labels: the same for every command that does so. */
export const fineTuneOptions = {
  learningRate: { description: 'with fine-tune: the learning rate of the head, of AdamW with half a cosine', value: '<rate>', schema: real({ above: 0 }).default(1e-3) },
  encoderRate: { description: "with fine-tune: the last stage's learning rate as a factor of the head's", value: '<factor>', schema: real({ minimum: 0 }).default(0.3) },
  stageDecay: { description: 'with fine-tune: the factor from each stage to the one before it', value: '<factor>', schema: real({ above: 0 }).default(0.7) },
  freeze: { description: 'with fine-tune: the last of the stages that are not trained, such as layer2; their maps are then computed once (default: all are trained)', value: '<stage>', schema: oneOf(['stem', 'layer1', 'layer2', 'layer3']).optional() },
  epochs: { description: 'with fine-tune: how often each training image is seen', value: '<n>', schema: integer(1).default(10) },
  steps: { description: 'with fine-tune: how many batches to train on, in place of --epochs', value: '<n>', schema: integer(1).optional() },
  trainBatchSize: { description: 'with fine-tune: images in a batch', value: '<n>', schema: integer(2).default(32) },
  weightDecay: { description: 'with fine-tune: weight decay', value: '<rate>', schema: real({ minimum: 0 }).default(0.01) },
  augment: { description: 'with fine-tune: how training images are augmented: none, cxr or cxr-strong', value: '<name>', schema: oneOf(['none', 'cxr', 'cxr-strong']).default('none') },
  batchNorm: { description: 'with fine-tune: normalise by each batch (running) or by the statistics of pre-training (frozen), for small batches', value: '<how>', schema: oneOf(['running', 'frozen']).default('running') },
  headStart: { description: 'with fine-tune: begin with a linear probe as the head, or with random weights', value: '<how>', schema: oneOf(['probe', 'random']).default('probe') },
  earlyStopping: { description: 'with fine-tune: keep the best epoch by the log loss of the validation images, and end after so many epochs that are not better (default: keep the last)', value: '<epochs>', schema: integer(1).optional() },
} as const;

export type FineTuneOptionValues = OptionValues<typeof fineTuneOptions>;
