import { constantSchedule, cosineSchedule, stepSchedule, warmUp, type Schedule } from '@cxr-ifa/optim';
import { flagOf } from '../options/option.ts';
import type { PretrainOptions } from '../options/pretrainOptions.ts';
import { lengthIn } from '../options/trainingLength.ts';
import { UsageError } from '../usageError.ts';
import { ratesOf } from './optimizerOf.ts';
import type { TrainingPlan } from './planTraining.ts';

type ScheduleOptions = Pick<PretrainOptions, 'optimizer' | 'learningRate' | 'weightDecay' | 'schedule' | 'scheduleBy' | 'warmUp' | 'milestones' | 'stepFactor' | 'minimumLearningRate'>;

/** What shapes one schedule only. */
const BELONGS_TO = { milestones: 'step', stepFactor: 'step', minimumLearningRate: 'cosine' } as const;
/** MoCo's, for its 200 epochs. */
const DEFAULT_MILESTONES = ['120epochs', '160epochs'];

/**
 * The learning rate by the step, counted from 0.
 *
 * @throws {UsageError} If an option belongs to another schedule, or the rate would not fall.
 */
export function scheduleOf(options: ScheduleOptions, { steps, stepsPerEpoch }: Pick<TrainingPlan, 'steps' | 'stepsPerEpoch'>): Schedule {
  const { schedule, scheduleBy, warmUp: rise, milestones = DEFAULT_MILESTONES, stepFactor, minimumLearningRate: minimum = 0 } = options;
  for (const [name, owner] of Object.entries(BELONGS_TO) as [keyof typeof BELONGS_TO, string][]) {
    if (options[name] !== undefined && schedule !== owner) throw new UsageError(`Cannot use ${flagOf(name)} without --schedule ${owner}: current --schedule is ${schedule}`);
  }
  const { learningRate: base } = ratesOf(options);
  if (minimum > base) throw new UsageError(`Cannot end above the highest learning rate of ${base}: current --minimum-learning-rate is ${minimum}`);
  const inUnit = (length: string): number => lengthIn(length, scheduleBy, stepsPerEpoch);
  const makers: Record<PretrainOptions['schedule'], () => Schedule> = {
    cosine: () => cosineSchedule({ base, total: inUnit(`${steps}steps`), minimum }),
    step: () => stepSchedule({ base, milestones: milestones.map(inUnit), ...(stepFactor !== undefined && { factor: stepFactor }) }),
    constant: () => constantSchedule(base),
  };
  const risen = warmUp(makers[schedule](), rise === undefined ? 0 : inUnit(rise));
  return scheduleBy === 'step' ? risen : (step) => risen(Math.floor(step / stepsPerEpoch));
}
