import { duration } from './duration.ts';
import { integer, listOf, oneOf, real } from './option.ts';
import { trainingLength } from './trainingLength.ts';

/** The optimisers, with the rates that go with each: the method's, MoCo-CXR's and MoCo v3's for a ResNet. */
export const OPTIMIZERS = {
  sgd: { learningRate: 0.03, weightDecay: 1e-4 },
  adamw: { learningRate: 1e-4, weightDecay: 0.1 },
  lars: { learningRate: 0.3, weightDecay: 1.5e-6 },
} as const;

const ratesOf = (rate: 'learningRate' | 'weightDecay'): string => Object.entries(OPTIMIZERS).map(([name, rates]) => `${rates[rate]} for ${name}`).join(', ');

/** How the parameters move, and what of memory and time a step may take: part of `pretrain`'s options. */
export const optimisationOptions = {
  optimizer: { description: 'sgd (the method\'s, with a momentum of 0.9), adamw, or lars, which is for large batches', value: '<name>', schema: oneOf(['sgd', 'adamw', 'lars']).default('sgd') },
  learningRate: { description: `the highest learning rate (default: ${ratesOf('learningRate')}); the method's 0.03 is for batches of 256, and is not scaled to yours`, value: '<rate>', schema: real({ above: 0 }).optional() },
  schedule: { description: 'how the learning rate falls: cosine over the whole run, step at the milestones, or constant', value: '<name>', schema: oneOf(['cosine', 'step', 'constant']).default('cosine') },
  scheduleBy: { description: 'whether the schedule moves at every step or once an epoch; the method\'s code moves it once an epoch', value: '<unit>', schema: oneOf(['step', 'epoch']).default('step') },
  warmUp: { description: 'let the learning rate rise evenly for so long first, such as 10epochs or 500steps; the method has none', value: '<length>', schema: trainingLength.optional() },
  milestones: { description: 'with --schedule step: when the learning rate falls, such as 120epochs,160epochs (the default, which is MoCo\'s for 200 epochs)', value: '<lengths>', schema: listOf(trainingLength).optional() },
  stepFactor: { description: 'with --schedule step: what the learning rate is multiplied by at each milestone (default: 0.1)', value: '<factor>', schema: real({ above: 0, maximum: 1 }).optional() },
  minimumLearningRate: { description: 'with --schedule cosine: where the learning rate ends (default: 0)', value: '<rate>', schema: real({ minimum: 0 }).optional() },
  weightDecay: { description: `the weight decay (default: ${ratesOf('weightDecay')})`, value: '<rate>', schema: real({ minimum: 0 }).optional() },
  decayExcept: { description: 'what does not decay: batch-norm (its scales and offsets), bias (of the head, and batch-norm\'s offsets), or both, as batch-norm,bias; by default everything decays, as in the method, but lars never decays either', value: '<kinds>', schema: listOf(oneOf(['batch-norm', 'bias'])).default([]) },
  clipGradients: { description: 'shorten the gradients together to this norm where they are longer; metrics.jsonl has the norm before, as gradientNorm', value: '<norm>', schema: real({ above: 0 }).optional() },

  accumulate: { description: 'cut a batch into so many micro-batches, of which one is in memory at a time; keys are still shuffled over the whole batch, queued once, and the parameters moved once. Batch-norm sees no more images than a micro-batch has, and the queue grows no longer by it', value: '<n>', schema: integer(1).default(1) },
  recompute: { description: 'stages: hold only the maps between the stages of the query encoder, and compute what is inside them twice; the same step in less memory and more time', value: '<what>', schema: oneOf(['none', 'stages']).default('none') },
  maxTime: { description: 'stop after so long, such as 2h30m, at the next step with a checkpoint and exit code 130; --resume goes on, for as long again or for another --max-time', value: '<duration>', schema: duration.optional() },
} as const;
