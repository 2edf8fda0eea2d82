import type { Schedule } from './constantSchedule.ts';

/** Options of {@link stepSchedule}. */
export interface StepScheduleOptions {
  /** The learning rate at time 0. */
  readonly base: number;
  /** The times from which the learning rate is multiplied by the factor once more; MoCo v1's are epochs 120 and 160. */
  readonly milestones: readonly number[];
  /** @default {0.1} */
  readonly factor?: number;
}

/**
 * A learning rate that drops at milestones: base factor^(milestones reached).
 *
 * @param options The base, the milestones and the factor.
 * @returns The schedule.
 *
 * @example
 * ```ts
 * stepSchedule({ base: 0.03, milestones: [120, 160] })(120); // 0.003
 * ```
 */
export function stepSchedule({ base, milestones, factor = 0.1 }: StepScheduleOptions): Schedule {
  return (time) => base * factor ** milestones.filter((milestone) => time >= milestone).length;
}
