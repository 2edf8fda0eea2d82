import type { Schedule } from './constantSchedule.ts';
import { requireNumber } from './requireNumber.ts';

/**
 * Raises a schedule's learning rate linearly at the beginning: schedule(t) min(1, (t + 1) / duration).
 * The schedule keeps its own clock: a cosine over 200 epochs still ends at 200. The first unit of time already learns, at 1 / duration.
 *
 * @param schedule The schedule to reach.
 * @param duration How many steps or epochs it takes, in the schedule's unit of time; 0 changes nothing.
 * @returns The schedule.
 * @throws {RangeError} If `duration` is negative.
 *
 * @example
 * ```ts
 * warmUp(cosineSchedule({ base: 0.3, total: 100 }), 10)(0); // 0.03
 * ```
 *
 * @see Goyal et al. 2017, Accurate, Large Minibatch SGD, section 2.2
 */
export function warmUp(schedule: Schedule, duration: number): Schedule {
  requireNumber('make a warm-up', 'duration', duration, '0 or more', duration >= 0);
  return (time) => (time + 1 >= duration ? schedule(time) : (schedule(time) * (time + 1)) / duration);
}
