import type { Schedule } from './constantSchedule.ts';
import { requireNumber } from './requireNumber.ts';

/** Options of {@link cosineSchedule}. */
export interface CosineScheduleOptions {
  /** The learning rate at time 0. */
  readonly base: number;
  /** When half a cosine is through, in the unit of time: MoCo steps in epochs, finer steps are as good. Later times stay at the end. */
  readonly total: number;
  /** The learning rate at the end. @default {0} */
  readonly minimum?: number;
}

/**
 * Half a cosine from `base` to `minimum`: minimum + (base - minimum) (1 + cos(pi t / total)) / 2.
 *
 * @param options The learning rates at both ends and the time between them.
 * @returns The schedule.
 * @throws {RangeError} If `total` is not above 0.
 *
 * @example
 * ```ts
 * cosineSchedule({ base: 0.03, total: 200 })(100); // 0.015
 * ```
 *
 * @see Loshchilov and Hutter 2017, SGDR: Stochastic Gradient Descent with Warm Restarts, equation 5
 */
export function cosineSchedule({ base, total, minimum = 0 }: CosineScheduleOptions): Schedule {
  requireNumber('make a cosine schedule', 'total', total, 'above 0', total > 0);
  return (time) => minimum + ((base - minimum) * (1 + Math.cos((Math.PI * Math.min(Math.max(time, 0), total)) / total))) / 2;
}
